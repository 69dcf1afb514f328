// webpack.config.js bundles Python files as their text.
declare module '*.py' {
  const text: string;
  export default text;
}

// So do scripts/lib/text-files.cjs those that a list names, by their paths without `.py`.
declare module '*.files' {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}
