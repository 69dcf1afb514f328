/*
 * Room notebook: Every edit of a notebook: insert, find, reveal, run, rewrite.
 * May import tokens.ts, snippets.
 */

export * from './edit';
export * from './find';
export * from './hiddenCode';
export * from './insert';
export * from './language';
export * from './metadata';
export * from './reveal';
export * from './rewrite';
export * from './run';
export * from './snippetGroups';
