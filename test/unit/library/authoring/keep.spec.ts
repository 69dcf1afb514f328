import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { keepSnippet } from '../../../../src/library/authoring/actions';
import { SnippetStore } from '../../../../src/library/authoring/store';
import { SnippetCatalog } from '../../../../src/library/catalog';
import { KitSettings } from '../../../../src/settings/settings';
import { createLibrary } from '../../../../src/library/builtins';
import type { IKitSettingsValues } from '../../../../src/tokens';
import { saveSettings } from '../../../../src/ui/saveSettings';

const trans = nullTranslator.load('');
const SNIPPET = {
  id: 'a',
  text: '# ---\n# id: a\n# title: T\n# ---\n# %%\nx = 1\n'
};

/** Settings whose server is away until the test says otherwise. */
class Away extends KitSettings {
  isAway = true;

  async change<K extends keyof IKitSettingsValues>(
    key: K,
    next: (value: IKitSettingsValues[K]) => IKitSettingsValues[K]
  ): Promise<void> {
    if (this.isAway) {
      throw new TypeError('Failed to fetch');
    }
    return super.change(key, next);
  }
}

function setup(): { settings: Away; store: SnippetStore } {
  const settings = new Away();
  const catalog = new SnippetCatalog(
    settings,
    async () => createLibrary(),
    () => undefined
  );
  return { settings, store: new SnippetStore(settings, catalog) };
}

const told = (): string[] =>
  Notification.manager.notifications.map(({ message }) => message);

afterEach(() => Notification.manager.dismiss());

it('a snippet that cannot be saved is kept for another try', async () => {
  const { settings, store } = setup();
  expect(await keepSnippet(store, SNIPPET, undefined, trans)).toBeNull();
  expect(told()).toEqual(['Can\'t save snippet "a". Failed to fetch']);
  const [{ options }] = Notification.manager.notifications;
  const [again, download] = options.actions!;
  settings.isAway = false;
  again.callback(new MouseEvent('click'));
  await new Promise(resolve => setTimeout(resolve));
  expect(settings.values.userSnippets).toEqual({ a: SNIPPET.text });
  const event = new MouseEvent('click', { cancelable: true });
  URL.createObjectURL = jest.fn(() => 'blob:a');
  download.callback(event);
  expect(event.defaultPrevented).toBe(true);
  expect(URL.createObjectURL).toHaveBeenCalled();
});

it('another change that fails is told', async () => {
  const { store } = setup();
  expect(
    await saveSettings(() => store.duplicate('gpu-check'), trans)
  ).toBeNull();
  expect(told()).toEqual(["Can't save the settings. Failed to fetch"]);
  expect(await saveSettings(async () => 'done', trans)).toBe('done');
});
