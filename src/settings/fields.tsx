import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { ISnippetCatalog } from '../library/catalogToken';
import type { ISnippet } from '../snippets';

/** What of the form library's field properties is used here. */
interface IFieldProps {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  formData?: any;
  onChange: (formData: unknown) => void;
}

/** The snippets of the library, once it is loaded. */
function useSnippets(catalog: ISnippetCatalog): readonly ISnippet[] {
  const [snippets, setSnippets] = React.useState(catalog.library?.list() ?? []);
  React.useEffect(() => {
    let shown = true;
    void catalog.load().then(library => {
      if (shown) {
        setSnippets(library.list());
      }
    });
    return () => {
      shown = false;
    };
  }, [catalog]);
  return snippets;
}

type Field = (props: IFieldProps) => React.JSX.Element;

/** A field that is loaded when it is shown. */
function lazyField(load: () => Promise<Field>): Field {
  const Body = React.lazy(async () => ({ default: await load() }));
  return props => (
    <React.Suspense fallback={null}>
      <Body {...props} />
    </React.Suspense>
  );
}

/** The settings editor's own fields, by the names of their settings. */
export function settingsFields(
  catalog: ISnippetCatalog,
  trans: TranslationBundle
): Record<string, Field> {
  return {
    parameters: lazyField(async () => {
      const { ParametersField } = await import('./ParametersField');
      return ({ formData, onChange }) => (
        <ParametersField
          snippets={useSnippets(catalog)}
          values={formData ?? {}}
          onChange={onChange}
          trans={trans}
        />
      );
    }),
    hiddenSnippets: lazyField(async () => {
      const { HiddenSnippetsField } = await import('./HiddenSnippetsField');
      return ({ formData, onChange }) => (
        <HiddenSnippetsField
          snippets={useSnippets(catalog)}
          hidden={formData ?? []}
          onChange={onChange}
          trans={trans}
        />
      );
    }),
    snippetSources: lazyField(async () => {
      const { SourcesField } = await import('./SourcesField');
      return ({ formData, onChange }) => (
        <SourcesField
          sources={formData ?? []}
          onChange={onChange}
          trans={trans}
        />
      );
    }),
    userSnippets: lazyField(async () => {
      const { UserSnippetsField } = await import('./UserSnippetsField');
      return ({ formData, onChange }) => (
        <UserSnippetsField
          snippets={formData ?? {}}
          onChange={onChange}
          trans={trans}
        />
      );
    })
  };
}
