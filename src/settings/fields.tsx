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

const Parameters = React.lazy(async () => ({
  default: (await import('./ParametersField')).ParametersField
}));

const UserSnippets = React.lazy(async () => ({
  default: (await import('./UserSnippetsField')).UserSnippetsField
}));

const HiddenSnippets = React.lazy(async () => ({
  default: (await import('./HiddenSnippetsField')).HiddenSnippetsField
}));

const Sources = React.lazy(async () => ({
  default: (await import('./SourcesField')).SourcesField
}));

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

/**
 * The settings editor's field for `parameters`, loaded when it is shown.
 */
export function parametersField(
  catalog: ISnippetCatalog,
  trans: TranslationBundle
): (props: IFieldProps) => React.JSX.Element {
  return props => (
    <React.Suspense fallback={null}>
      <Parameters
        snippets={useSnippets(catalog)}
        values={props.formData ?? {}}
        onChange={props.onChange}
        trans={trans}
      />
    </React.Suspense>
  );
}

/**
 * The settings editor's field for `hiddenSnippets`, loaded when it is shown.
 */
export function hiddenSnippetsField(
  catalog: ISnippetCatalog,
  trans: TranslationBundle
): (props: IFieldProps) => React.JSX.Element {
  return props => (
    <React.Suspense fallback={null}>
      <HiddenSnippets
        snippets={useSnippets(catalog)}
        hidden={props.formData ?? []}
        onChange={props.onChange}
        trans={trans}
      />
    </React.Suspense>
  );
}

/**
 * The settings editor's field for `snippetSources`, loaded when it is shown.
 */
export function sourcesField(
  trans: TranslationBundle
): (props: IFieldProps) => React.JSX.Element {
  return props => (
    <React.Suspense fallback={null}>
      <Sources
        sources={props.formData ?? []}
        onChange={props.onChange}
        trans={trans}
      />
    </React.Suspense>
  );
}

/**
 * The settings editor's field for `userSnippets`, loaded when it is shown.
 */
export function userSnippetsField(
  trans: TranslationBundle
): (props: IFieldProps) => React.JSX.Element {
  return props => (
    <React.Suspense fallback={null}>
      <UserSnippets
        snippets={props.formData ?? {}}
        onChange={props.onChange}
        trans={trans}
      />
    </React.Suspense>
  );
}
