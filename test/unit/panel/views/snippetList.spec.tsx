import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import React from 'react';

import { SnippetActions } from '../../../../src/panel/actions/snippetActions';
import { ViewWidget } from '../../../../src/panel/views/viewWidget';
import { Snippets } from '../../../../src/panel/views/Snippets';
import { createLibrary } from '../../../../src/library/builtins';
import type { SnippetLibrary } from '../../../../src/library/snippetLibrary';
import { CommandIDs } from '../../../../src/tokens';
import { FakeSettings } from '../fakes';
import { until } from '../../until';

const trans = nullTranslator.load('');
const ASKS =
  '# ---\n# title: Asks\n# ---\n# %%\nA = 1  # @param {type:"integer"}';
const PLAIN = '# ---\n# title: Plain\n# ---\n# %%\npass';

describe("the panel's snippets", () => {
  const executed: string[] = [];
  const lacks: Record<string, string[]> = {};
  let changed: Signal<object, void>;
  let library: SnippetLibrary;
  let missing: any;
  let settings: FakeSettings;
  let widget: Widget;

  beforeEach(async () => {
    library = createLibrary();
    changed = new Signal({});
    const userSnippets = { asks: ASKS, plain: PLAIN };
    library.setUserSnippets(userSnippets);
    settings = new FakeSettings({ userSnippets });
    missing = {
      missing: (id: string) => lacks[id] ?? [],
      changed: new Signal({})
    };
    const commands = new CommandRegistry();
    for (const id of Object.values(CommandIDs)) {
      commands.addCommand(id, {
        label: id,
        execute: args => executed.push(`${id} ${args.id ?? ''}`.trim())
      });
    }
    executed.length = 0;
    const services: any = {
      catalog: {
        library,
        changed,
        load: () => Promise.resolve(library)
      },
      drag: {},
      settings,
      snippets: new SnippetActions({ commands, missing, settings, trans }),
      trans
    };
    widget = new ViewWidget(() => <Snippets services={services} />);
    Widget.attach(widget, document.body);
    await until(() => rows().length > 0);
  });

  afterEach(() => widget.dispose());

  it('draws no more than people look through, and finds the others', async () => {
    const own = Array.from({ length: 5000 }, (_, i) => `own-${i}`);
    const text = '# ---\n# title: Own\n# ---\n# %%\npass';
    library.setUserSnippets(Object.fromEntries(own.map(id => [id, text])));
    changed.emit();
    await until(() => rows().length === 200);
    expect(widget.node.textContent).toMatch(/200 of 5,\d+ snippets shown/);
    const search = widget.node.querySelector('input')!;
    Object.getOwnPropertyDescriptor(
      HTMLInputElement.prototype,
      'value'
    )!.set!.call(search, 'own-4999');
    search.dispatchEvent(new Event('input', { bubbles: true }));
    await until(() => rows().join() === 'own-4999');
    expect(widget.node.textContent).not.toContain('snippets shown');
  });

  const rows = (): string[] =>
    [...widget.node.querySelectorAll<HTMLElement>('[role=row]')].map(
      row => row.dataset.snippet!
    );
  const row = (id: string): HTMLElement =>
    widget.node.querySelector(`[data-snippet="${id}"]`)!;
  const buttons = (id: string): HTMLButtonElement[] => [
    ...row(id).querySelectorAll('button')
  ];
  const press = (key: string): void => {
    document.activeElement!.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true })
    );
  };
  const menu = (): string[] =>
    [...document.querySelectorAll('.lm-Menu-itemLabel')].map(
      node => node.textContent!
    );

  it('inserts after a form where there is something to fill in', () => {
    buttons('asks')[0].click();
    buttons('asks')[1].click();
    buttons('plain')[0].click();
    expect(executed).toEqual([
      'runtime-kit:insert-snippet-with-form asks',
      'runtime-kit:insert-snippet asks',
      'runtime-kit:insert-snippet plain'
    ]);
    expect(row('asks').textContent).toContain('Asks…');
    expect(
      buttons('plain').map(each => each.getAttribute('aria-label'))
    ).toEqual([null, 'More: Plain']);
  });

  it('has more to do with those of the user, and gives the focus back', async () => {
    buttons('gpu-check').pop()!.click();
    await until(() => menu().length > 0);
    expect(menu()).toEqual([
      'runtime-kit:duplicate-snippet',
      'runtime-kit:hide-snippet'
    ]);
    const more = buttons('plain').pop()!;
    more.click();
    await until(() => menu().length === 5);
    expect(menu()).toEqual([
      'runtime-kit:edit-snippet',
      'runtime-kit:duplicate-snippet',
      'runtime-kit:hide-snippet',
      'runtime-kit:export-snippet',
      'runtime-kit:delete-snippet'
    ]);
    expect(more.getAttribute('aria-expanded')).toBe('true');
    // The first item is active: Enter takes it.
    document
      .querySelector('.lm-Menu')!
      .dispatchEvent(new KeyboardEvent('keydown', { keyCode: 13 } as any));
    expect(executed).toEqual(['runtime-kit:edit-snippet plain']);
    expect(document.activeElement).toBe(more);
    expect(more.getAttribute('aria-expanded')).toBe('false');
  });

  it('says what a snippet lacks as soon as it is known', async () => {
    expect(row('plain').textContent).not.toContain('Requires');
    lacks.plain = ['package:torch', 'gpu'];
    missing.changed.emit();
    await until(() => row('plain').textContent!.includes('Requires'));
    expect(row('plain').textContent).toContain('Requires torch, a GPU');
    delete lacks.plain;
  });

  it('is one stop for Tab, and the arrow keys go through it', async () => {
    const stops = (): NodeListOf<Element> =>
      widget.node.querySelectorAll('[role=grid] button[tabindex="0"]');
    expect(stops()).toHaveLength(1);
    (stops()[0] as HTMLElement).focus();
    const first = rows()[0];
    expect(row(first).contains(document.activeElement)).toBe(true);
    press('End');
    press('ArrowDown');
    const last = rows()[rows().length - 1];
    expect(document.activeElement).toBe(buttons(last)[0]);
    press('ArrowRight');
    press('ArrowRight');
    press('ArrowRight');
    expect(document.activeElement).toBe(buttons(last).pop());
    press('ArrowLeft');
    await until(() => stops()[0] === document.activeElement);
    expect(stops()).toHaveLength(1);
    press('ArrowUp');
    expect(document.activeElement).toBe(buttons(rows()[rows().length - 2])[0]);
    press('Home');
    expect(document.activeElement).toBe(buttons(first)[0]);
  });

  it('keeps the focus in the list when its snippet is hidden', async () => {
    // The list is in the menu's order: the user's own come last.
    expect(rows().at(-1)).toBe('plain');
    const next = rows().at(-2)!;
    buttons('plain')[0].focus();
    settings.put({ hiddenSnippets: ['plain'] });
    await until(() => !rows().includes('plain'));
    expect(document.activeElement).toBe(buttons(next)[0]);

    widget.node.querySelector<HTMLElement>('input[type=checkbox]')!.click();
    await until(() => rows().includes('plain'));
    expect(row('plain').textContent).toContain('Hidden in lists');
    // Focus that is elsewhere is left there.
    (document.activeElement as HTMLElement).blur();
    settings.put({ hiddenSnippets: [] });
    await until(() => !row('plain').textContent!.includes('Hidden'));
    expect(document.activeElement).toBe(document.body);
  });
});
