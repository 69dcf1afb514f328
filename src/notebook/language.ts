import type { NotebookPanel } from '@jupyterlab/notebook';

/**
 * The programming language of a notebook in lower case, or null if nothing
 * tells yet.
 *
 * Read from what the page already knows (kernel spec, notebook metadata), not
 * from the kernel: it may be starting, busy or dead.
 */
export function notebookLanguage(panel: NotebookPanel): string | null {
  const { sessionContext } = panel;
  const name = sessionContext.session?.kernel?.name;
  const specs = sessionContext.specsManager.specs?.kernelspecs;
  const model = panel.content.model;
  const candidates: unknown[] = [
    name && specs?.[name]?.language,
    (model?.getMetadata('language_info') as { name?: string } | undefined)
      ?.name,
    (model?.getMetadata('kernelspec') as { language?: string } | undefined)
      ?.language
  ];
  for (const language of candidates) {
    if (typeof language === 'string' && language) {
      return language.toLowerCase();
    }
  }
  return null;
}

/** Whether a notebook is one of Python; one whose language nobody knows yet counts. */
export function isPython(panel: NotebookPanel): boolean {
  return (notebookLanguage(panel) ?? 'python') === 'python';
}
