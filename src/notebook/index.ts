export * from './edit';
export * from './find';
export * from './insert';
export * from './language';
export * from './metadata';
export * from './reveal';
export * from './run';
export * from './writable';
