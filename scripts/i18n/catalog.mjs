import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { keyOf } from './message.mjs';
import { builtFile, catalogFile, DOMAIN, PLURAL_FORMS } from './paths.mjs';
import { formatPo, parsePo } from './po.mjs';

/** The messages of a language's catalog, by key. */
export function readCatalog(language) {
  const file = catalogFile(language);
  const messages = existsSync(file) ? parsePo(readFileSync(file, 'utf8')) : [];
  return new Map(messages.map(message => [keyOf(message), message]));
}

/**
 * Bring a catalog to the texts of today: new ones come in untranslated, those
 * that are used no more go.
 */
export function updateCatalog(language, extracted) {
  const old = readCatalog(language);
  const messages = [...extracted].map(([key, message]) => ({
    ...message,
    translation: old.get(key)?.translation ?? ''
  }));
  const header = { domain: DOMAIN, language, pluralForms: PLURAL_FORMS };
  writeFileSync(catalogFile(language), formatPo(messages, header));
}

/** A catalog in the form that JupyterLab's front end reads (Jed). */
export function compile(language, messages) {
  const entries = [...messages].flatMap(([key, { plural, translation }]) => {
    if (!translation) {
      return [];
    }
    // JupyterLab takes a plural entry for one only if it has more than one form,
    // also where the language has just one.
    return [[key, plural ? [translation, translation] : [translation]]];
  });
  return {
    '': {
      domain: DOMAIN,
      language: language.replace('_', '-'),
      plural_forms: PLURAL_FORMS
    },
    ...Object.fromEntries(entries)
  };
}

export function buildCatalog(language) {
  const file = builtFile(language);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(compile(language, readCatalog(language))));
}
