import { SettingRegistry } from '@jupyterlab/settingregistry';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { DataConnector } from '@jupyterlab/statedb';

import schema from '../../../schema/plugin.json';
import { KitSettings } from '../../../src/settings/settings';

const ID = 'jupyterlab-runtime-kit:plugin';

/** What a server does with settings, which several pages ask. */
class Server {
  raw = '{}';

  /** JupyterLab's own registry of a page. */
  page(): SettingRegistry {
    const connector = new (class extends DataConnector<
      ISettingRegistry.IPlugin,
      string,
      string
    > {
      constructor(private _server: Server) {
        super();
      }

      async fetch(id: string): Promise<ISettingRegistry.IPlugin> {
        await Promise.resolve();
        const { raw } = this._server;
        return {
          id,
          raw,
          schema: schema as unknown as ISettingRegistry.ISchema,
          data: { composite: {}, user: {} },
          version: '1'
        };
      }

      async save(_: string, raw: string): Promise<void> {
        await new Promise(resolve => setTimeout(resolve, 5));
        this._server.raw = raw;
      }
    })(this);
    return new SettingRegistry({ connector });
  }

  settings(): KitSettings {
    const registry = this.page();
    const reload = (): Promise<ISettingRegistry.ISettings> =>
      registry.reload(ID);
    return new KitSettings(registry.load(ID), reload);
  }
}

const add =
  (id: string) =>
  (own: Readonly<Record<string, string>>): Record<string, string> => ({
    ...own,
    [id]: id
  });

describe('changes of the settings', () => {
  it('at one moment are all kept', async () => {
    const server = new Server();
    const settings = server.settings();
    await Promise.all([
      settings.change('userSnippets', add('a')),
      settings.change('hiddenSnippets', ids => [...ids, 'a']),
      settings.change('userSnippets', add('b'))
    ]);
    expect(settings.values.userSnippets).toEqual({ a: 'a', b: 'b' });
    expect(settings.values.hiddenSnippets).toEqual(['a']);
    expect(JSON.parse(server.raw.replace(/^\s*\/\/.*$/gm, ''))).toEqual({
      userSnippets: { a: 'a', b: 'b' },
      hiddenSnippets: ['a']
    });
  });

  it('in two pages are all kept', async () => {
    const server = new Server();
    const [one, two] = [server.settings(), server.settings()];
    await Promise.all([one.ready, two.ready]);
    await one.change('userSnippets', add('a'));
    await two.change('userSnippets', add('b'));
    await one.change('hiddenSnippets', ids => [...ids, 'b']);
    expect(one.values.userSnippets).toEqual({ a: 'a', b: 'b' });
  });

  it('go on after one that failed', async () => {
    const settings = new Server().settings();
    const failed = settings.change('userSnippets', () => {
      throw new Error('no');
    });
    const next = settings.change('userSnippets', add('a'));
    await expect(failed).rejects.toThrow('no');
    await next;
    expect(settings.values.userSnippets).toEqual({ a: 'a' });
  });
});
