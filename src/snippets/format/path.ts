/** Python's keywords, which are no names. */
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del ' +
    'elif else except finally for from global if import in is lambda nonlocal ' +
    'not or pass raise return try while with yield'
  ).split(' ')
);
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;

/**
 * Whether a value is an identifier of Python or a path of attributes, such as
 * `net` or `trainer.model`.
 */
export function isPath(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.split('.').every(part => IDENTIFIER.test(part) && !KEYWORDS.has(part))
  );
}
