import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import React from 'react';

import { Boundary } from '../../../../src/panel/views/Boundary';
import { ViewWidget } from '../../../../src/panel/views/viewWidget';

test('a view that fails leaves its neighbours, and is tried again', async () => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => {});
  const Faulty = ({ fails }: { fails: boolean }): React.JSX.Element => {
    if (fails) {
      throw new Error('of one kernel');
    }
    return <p>all is well</p>;
  };
  let [fails, retry] = [true, 1];
  const widget = new ViewWidget(() => (
    <>
      <Boundary fallback="Not shown" retry={retry}>
        <Faulty fails={fails} />
      </Boundary>
      <p>neighbour</p>
    </>
  ));
  Widget.attach(widget, document.body);
  MessageLoop.flush();
  await widget.renderPromise;
  expect(widget.node.textContent).toContain('Not shown');
  expect(widget.node.textContent).toContain('neighbour');
  [fails, retry] = [false, 2];
  widget.update();
  MessageLoop.flush();
  await widget.renderPromise;
  expect(widget.node.textContent).toBe('all is wellneighbour');
  widget.dispose();
  error.mockRestore();
});
