import { act } from 'react-dom/test-utils';
import React from 'react';
import { createRoot } from 'react-dom/client';

import { Boundary } from '../../../src/panel/views/Boundary';

(globalThis as any).IS_REACT_ACT_ENVIRONMENT = true;

test('a view that fails leaves its neighbours, and is tried again', () => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => {});
  const node = document.createElement('div');
  const root = createRoot(node);
  const Faulty = ({ fails }: { fails: boolean }): React.JSX.Element => {
    if (fails) {
      throw new Error('of one kernel');
    }
    return <p>all is well</p>;
  };
  const show = (fails: boolean, retry: number): void =>
    act(() =>
      root.render(
        <>
          <Boundary fallback="Not shown" retry={retry}>
            <Faulty fails={fails} />
          </Boundary>
          <p>neighbour</p>
        </>
      )
    );
  show(true, 1);
  expect(node.textContent).toContain('Not shown');
  expect(node.textContent).toContain('neighbour');
  show(false, 2);
  expect(node.textContent).toBe('all is wellneighbour');
  act(() => root.unmount());
  error.mockRestore();
});
