import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** The methods of a translation bundle, and what their first arguments are. */
const METHODS = new Map([
  ['__', ['id']],
  ['gettext', ['id']],
  ['_n', ['id', 'plural']],
  ['ngettext', ['id', 'plural']],
  ['_p', ['context', 'id']],
  ['pgettext', ['context', 'id']],
  ['_np', ['context', 'id', 'plural']],
  ['npgettext', ['context', 'id', 'plural']]
]);

/** The text of a literal, or of literals joined by +; undefined of anything else. */
function literal(node) {
  if (!node) {
    return undefined;
  }
  if (ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken
  ) {
    const [left, right] = [literal(node.left), literal(node.right)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
  return undefined;
}

/**
 * The messages in TypeScript: the literal arguments of `trans.__` and its
 * siblings. Lint sees to it that there are no others, save in
 * src/library/snippetText.ts, whose texts come from the snippets' files.
 *
 * @param name - stands in the references
 */
export function messagesOfText(text, name) {
  const kind = name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(
    name,
    text,
    ts.ScriptTarget.Latest,
    false,
    kind
  );
  const messages = [];
  const visit = node => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression)
    ) {
      const parts = METHODS.get(node.expression.name.text);
      const texts = parts?.map((_, index) => literal(node.arguments[index]));
      if (texts?.every(text => text !== undefined)) {
        const message = Object.fromEntries(
          parts.map((part, index) => [part, texts[index]])
        );
        messages.push({ ...message, references: [name] });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return messages;
}

export function messagesOfFile(path, name) {
  return messagesOfText(readFileSync(path, 'utf8'), name);
}
