/** A file of the user's, read. */
export interface ITextFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Let the user choose files from their own computer and read them.
 *
 * @returns none where the user cancelled.
 */
export function chooseFiles(accept: string): Promise<ITextFile[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.multiple = true;
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve([]));
    input.addEventListener('change', () => {
      const files = [...(input.files ?? [])];
      Promise.all(
        files.map(async file => ({ name: file.name, text: await file.text() }))
      ).then(resolve, reject);
    });
    input.click();
  });
}

/** Give the user a text as a file. */
export function downloadText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/x-python' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it when this turn is over.
  window.setTimeout(() => URL.revokeObjectURL(url), 1000);
}
