// webpack.config.js bundles Python files as their text.
declare module '*.py' {
  const text: string;
  export default text;
}
