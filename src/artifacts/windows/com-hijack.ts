/**
 * COM classes of a user that stand before those of the system: what asks for the class loads the user's library.
 *
 * Only classes are told that the machine has too: others are a user's own programs. What it is NOT: all COM classes.
 * Sources: Microsoft, "InprocServer32", "HKEY_CLASSES_ROOT" (a user's entries go first); MITRE T1546.015.
 */
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { classHives, softwareHive, tellBound, textEntry } from './entry.ts';
import { textOfValue } from './hives.ts';
import { viewOf } from './view.ts';

const most = 500;

export const comHijack: PersistenceArtifact = {
  id: 'windows.com-hijack',
  order: 6,
  required: false,
  mechanisms: ['com-hijack'],
  sources: [classHives, softwareHive],
  gather(context) {
    const view = viewOf(context);
    const facts: PersistenceFact[] = [];
    const machine = new Map<string, string>();
    const classes = view.registry.get('SOFTWARE')?.hive.key('Classes\\CLSID');
    let looked = false;
    for (const user of view.registry.users) {
      const own = user.classes ? user.hive.key('CLSID') : user.hive.key('Software\\Classes\\CLSID');
      for (const key of own?.subkeys() ?? []) {
        if (facts.length >= most) break;
        for (const name of ['InprocServer32', 'LocalServer32']) {
          const server = key.subkey(name);
          const value = server?.value('');
          const text = textOfValue(value)?.trim() ?? '';
          if (server === undefined || value === undefined || text === '') continue;
          if (!looked)
            for (const of of classes?.subkeys() ?? [])
              machine.set(of.name.toLowerCase(), textOfValue(of.subkey(name)?.value('')) ?? '');
          looked = true;
          const theirs = machine.get(key.name.toLowerCase());
          if (theirs === undefined || theirs === '') continue;
          const library = name === 'InprocServer32';
          const target = library ? view.path(text, 'C:\\Windows\\System32') : undefined;
          facts.push(
            textEntry(user, server, value, text, 'com-hijack', {
              trigger: phrase`event`,
              language: library ? 'windows-path' : 'cmd',
              environment: view.environment(user),
              user: user.user,
              marks: theirs.toLowerCase() === text.toLowerCase() ? [] : ['shadows-package'],
              text: phrase`${printableText(`${user.root}\\${server.path}: ${text}; the system has ${theirs}`.slice(0, 2_000))}`,
              ...(target === undefined ? {} : { target }),
            }),
          );
        }
      }
    }
    tellBound(context, 'windows.com-hijack', classHives, facts.length, most);
    return Promise.resolve(facts);
  },
};
