import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { ISnippet } from '../snippets';

const KEY = 'jupyterlab-runtime-kit:approved-snippets';

/**
 * Asks before a snippet that stands in for a built-in one is inserted for the
 * first time: its button and its name are the built-in one's. The answer is kept
 * by content, so that a text that was changed since is asked about again.
 */
export class OverrideApproval {
  /**
   * @param _storage - Keeps the answers; without it, until the page is closed.
   */
  constructor(
    private _trans: TranslationBundle,
    private _storage: Pick<Storage, 'getItem' | 'setItem'> | null = browser()
  ) {}

  /** Whether a snippet may be inserted. */
  async ask(snippet: ISnippet, text: string): Promise<boolean> {
    if (!snippet.overridesBuiltin) {
      return true;
    }
    const key = await hashOf(`${snippet.source ?? ''}\n${snippet.id}\n${text}`);
    if (this._approved().includes(key)) {
      return true;
    }
    // A second click, or a further request, waits for the same answer.
    const answer = this._asking.get(key) ?? this._show(snippet, text);
    this._asking.set(key, answer);
    const isApproved = await answer.finally(() => this._asking.delete(key));
    if (isApproved) {
      this._keep(key);
    }
    return isApproved;
  }

  private async _show(snippet: ISnippet, text: string): Promise<boolean> {
    const trans = this._trans;
    const body = new Widget();
    body.addClass('jp-RuntimeKit-codeDialog');
    const words = document.createElement('p');
    words.textContent =
      snippet.source === undefined
        ? trans.__(
            'Your own snippet replaces the built-in "%1". Check its code:',
            snippet.id
          )
        : trans.__(
            'A snippet from %2 replaces the built-in "%1". Check its code:',
            snippet.id,
            snippet.source
          );
    body.node.append(words, scrollableText(text));
    const { button } = await showDialog({
      title: trans.__('Insert "%1"?', snippet.title),
      body,
      buttons: [
        Dialog.cancelButton(),
        Dialog.okButton({ label: trans.__('Insert') })
      ],
      defaultButton: 0
    });
    return button.accept;
  }

  private _approved(): string[] {
    try {
      const kept: unknown = JSON.parse(this._storage?.getItem(KEY) ?? '[]');
      return Array.isArray(kept) ? [...kept, ...this._now] : this._now;
    } catch {
      return this._now;
    }
  }

  private _keep(key: string): void {
    const approved = [...new Set([...this._approved(), key])];
    this._now.push(key);
    try {
      this._storage?.setItem(KEY, JSON.stringify(approved));
    } catch {
      // Storage is full or not allowed: kept until the page is closed.
    }
  }

  private _asking = new Map<string, Promise<boolean>>();
  /** Approved in this page. */
  private _now: string[] = [];
}

/** What a text is known by: its SHA-256, or itself on a page without https. */
async function hashOf(text: string): Promise<string> {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) {
    return text;
  }
  const digest = await subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), byte =>
    byte.toString(16).padStart(2, '0')
  ).join('');
}

function browser(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}

/** A text of any length in a dialog, to be scrolled by keys too. */
function scrollableText(text: string): HTMLPreElement {
  const node = document.createElement('pre');
  node.textContent = text;
  node.style.maxHeight = '40vh';
  node.style.overflow = 'auto';
  node.tabIndex = 0;
  return node;
}
