import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownEmptyIcon,
  caretRightIcon,
  runIcon
} from '@jupyterlab/ui-components';
import React from 'react';

import type { CellForm, CellFormPart, ICellFormState } from './cellForm';
import { CellField } from './CellField';
import { fixedReason } from './fixedReason';
import { FormMarkdown } from './FormMarkdown';

/** Properties of a cell's form. */
interface ICellFormProps {
  form: CellForm;
  /** Start of the ids in the page. */
  id: string;
  rendermime: Notebook['rendermime'];
  trans: TranslationBundle;
}

/**
 * The form of a cell: a bar with its title, and below it texts and fields in the
 * order of the code's lines.
 */
export function CellFormView(props: ICellFormProps): React.JSX.Element {
  const { form, trans } = props;
  const state = React.useSyncExternalStore(
    React.useCallback(
      whenChanged => {
        form.changed.connect(whenChanged);
        return () => {
          form.changed.disconnect(whenChanged);
        };
      },
      [form]
    ),
    () => form.state
  );
  return (
    <div
      role="group"
      aria-label={state.title || trans.__('Form')}
      className="jp-RuntimeKit-cellForm"
    >
      <TitleBar form={form} state={state} trans={trans} />
      {state.isHeldBack && (
        <p className="jp-RuntimeKit-note">
          {trans.__(
            'Changes do not run this cell: the notebook is not trusted.'
          )}
        </p>
      )}
      {state.parts.map(part => (
        <Part key={part.key} {...props} part={part} state={state} />
      ))}
    </div>
  );
}

/** Run button and title; a click on the title shows or hides the code. */
function TitleBar(props: {
  form: CellForm;
  state: ICellFormState;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { form, state, trans } = props;
  const { title, codeHidden, running } = state;
  const action = codeHidden ? trans.__('Show code') : trans.__('Hide code');
  const Caret = codeHidden ? caretRightIcon : caretDownEmptyIcon;
  const run = running ? trans.__('Running') : trans.__('Run this cell');
  return (
    <div className="jp-RuntimeKit-formBar">
      <button
        type="button"
        className="jp-RuntimeKit-formRun"
        aria-label={run}
        title={run}
        aria-disabled={running}
        onClick={() => {
          if (!running) {
            form.run();
          }
        }}
      >
        <runIcon.react tag="span" />
      </button>
      <button
        type="button"
        className="jp-RuntimeKit-formTitle"
        aria-expanded={!codeHidden}
        title={action}
        onClick={() => form.toggleCode()}
      >
        <Caret.react tag="span" />
        {title && <span className="jp-RuntimeKit-formName">{title}</span>}
        <span className="jp-RuntimeKit-formAction">{action}</span>
      </button>
    </div>
  );
}

function Part(
  props: ICellFormProps & { part: CellFormPart; state: ICellFormState }
): React.JSX.Element {
  const { form, part, trans } = props;
  const id = `${props.id}-${part.key}`;
  switch (part.kind) {
    case 'markdown':
      return <FormMarkdown text={part.text} rendermime={props.rendermime} />;
    case 'field':
      return (
        <CellField
          field={part.field}
          code={part.parameter.code}
          id={id}
          editable={props.state.editable}
          onEnter={text => form.enter(part.key, text)}
          onLeave={() => form.leave()}
          trans={trans}
        />
      );
    case 'fixed':
      return (
        <div className="jp-RuntimeKit-formField">
          <span className="jp-RuntimeKit-formLabel">
            {part.skipped.name ?? trans.__('Line %1', part.skipped.line)}
          </span>
          {part.skipped.code && <code>{part.skipped.code}</code>}
          <p className="jp-RuntimeKit-note">
            {fixedReason(part.skipped, trans)}
          </p>
        </div>
      );
  }
}
