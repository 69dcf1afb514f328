import { main as test } from './test.mjs';

/** `npm run nightly`: the stages that are too slow, or need too much installed, for `npm test`. */
export const main = argv => test(argv, 'nightly');
