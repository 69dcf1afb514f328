import { provide } from './lib/parts.mjs';

/** `npm run setup`: everything for `npm start` and most of `npm test`, without starting anything. */
export async function main() {
  await provide(['node', 'tests', 'torch', 'extension'], { retry: true });
}
