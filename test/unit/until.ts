import { MessageLoop } from '@lumino/messaging';

/** Wait for what React and Lumino do in their own time. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) {
    MessageLoop.flush();
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
