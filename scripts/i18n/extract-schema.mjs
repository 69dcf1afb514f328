/*
 * What JupyterLab's server translates in a settings schema, and the context it
 * looks each text up with (jupyterlab_server/translation_utils.py).
 */
const SELECTORS = Object.entries({
  'properties/.*/title': 'settings',
  'properties/.*/description': 'settings',
  'definitions/.*/properties/.*/title': 'settings',
  'definitions/.*/properties/.*/description': 'settings',
  title: 'schema',
  description: 'schema',
  'jupyter\\.lab\\.setting-icon-label': 'settings',
  'jupyter\\.lab\\.menus/.*/label': 'menu',
  'jupyter\\.lab\\.toolbars/.*/label': 'toolbar'
}).map(([pattern, context]) => [new RegExp(`^/${pattern}$`), context]);

function* textsBelow(node, prefix) {
  for (const [key, value] of Object.entries(node)) {
    const path = `${prefix}/${key}`;
    if (typeof value === 'string') {
      yield [path, value];
    } else if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) {
        if (element && typeof element === 'object' && !Array.isArray(element)) {
          yield* textsBelow(element, `${path}[${index}]`);
        }
      }
    } else if (value && typeof value === 'object') {
      yield* textsBelow(value, path);
    }
  }
}

/**
 * The messages in a settings schema.
 *
 * @param name - stands in the references
 */
export function messagesOfSchema(schema, name) {
  const further = (
    schema['jupyter.lab.internationalization']?.selectors ?? []
  ).map(selector => [new RegExp(`^/${selector}$`), 'schema']);
  const selectors = [...SELECTORS, ...further];
  return [...textsBelow(schema, '')].flatMap(([path, id]) => {
    const context = selectors.find(([pattern]) => pattern.test(path))?.[1];
    return context && id ? [{ context, id, references: [name] }] : [];
  });
}
