import type { ReadonlyJSONObject } from '@lumino/coreutils';

/** What `runtime-kit:insert-snippet` takes, as JSON schema. */
export const INSERT_SNIPPET_ARGS: ReadonlyJSONObject = {
  type: 'object',
  required: ['id'],
  properties: {
    id: {
      type: 'string',
      description: 'The id of the snippet, for example "gpu-check".'
    },
    parameters: {
      type: 'object',
      description:
        'Values by parameter name. They win over settings and over what the kernel knows.',
      additionalProperties: true
    },
    position: {
      type: 'string',
      enum: ['above', 'below', 'top'],
      description:
        'Where the cells go: relative to the active cell, or first. Default: the setting.'
    },
    run: {
      type: 'boolean',
      description: 'Run the inserted cells. Default: the setting.'
    }
  }
};

/** What the commands of the toolbar buttons take. */
export const TOOLBAR_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    toolbar: {
      type: 'boolean',
      description: 'Whether the command is shown in a toolbar.'
    }
  }
};
