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
    },
    form: {
      type: 'boolean',
      description: 'Ask for the values in a form first.'
    }
  }
};

/** What the commands on one snippet take. */
export const SNIPPET_ID_ARGS: ReadonlyJSONObject = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string', description: 'The id of the snippet.' }
  }
};

/** What commands without arguments take. */
export const NO_ARGS: ReadonlyJSONObject = { type: 'object', properties: {} };

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

/** What `runtime-kit:hide-snippet` takes. */
export const HIDE_SNIPPET_ARGS: ReadonlyJSONObject = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string', description: 'The id of the snippet.' },
    hidden: {
      type: 'boolean',
      description: 'Default: the other way than it is now.'
    }
  }
};

/** What `runtime-kit:import-snippets` takes. */
export const IMPORT_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    files: {
      type: 'array',
      description: 'Files that were read already. Default: the user chooses.',
      items: {
        type: 'object',
        required: ['name', 'text'],
        properties: { name: { type: 'string' }, text: { type: 'string' } }
      }
    }
  }
};

/** What `runtime-kit:make-resumable` takes. */
export const MAKE_RESUMABLE_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    button: {
      type: 'boolean',
      description:
        'Insert the cell of Checkpoint & resume without a question where there is no training loop.'
    }
  }
};

/** What `runtime-kit:set-colab-runtime` takes. */
export const COLAB_RUNTIME_ARGS: ReadonlyJSONObject = {
  type: 'object',
  properties: {
    accelerator: {
      type: 'string',
      enum: ['GPU', 'TPU'],
      description: 'Default: a CPU.'
    },
    gpuType: {
      type: 'string',
      description:
        "In Colab's words, of a TPU too: T4, L4, G4, A100, H100, V5E1, V6E1, V28."
    },
    present: {
      type: 'boolean',
      description:
        'The item that shows what the notebook asks for where no other does.'
    }
  }
};
