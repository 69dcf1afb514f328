// SVG files arrive as text (JupyterLab's builder).
declare module '*.svg' {
  const text: string;
  export default text;
}
