/**
 * `linux.pam`: what is asked and run when somebody logs in, and the modules that do it.
 *
 * Reads /etc/pam.d, the vendor's folder behind it, the old pam.conf, and lists the folders of modules. Why: a line of
 * pam_exec starts a miner at every login; a module of an attacker sees each password; pam_permit where it decides lets
 * anybody in. A stack is marked only where it opens to somebody who can prove nothing (`formats/pam-stack.ts`); stacks
 * of greeters and of automatic logins are meant to.
 * What it is NOT: what modules do inside; their files are held against packages by the judge.
 * Sources: pam(7), pam.d(5), pam_exec(8), pam_script(7), pam_succeed_if(8), pam_namespace(8); bound: 64 included files outside.
 */
import { type PamLine, parsePam, parsePamControl } from '../../../formats/pam-config.ts';
import { openingLine, pamModuleName } from '../../../formats/pam-stack.ts';
import { quotedWords } from '../../../formats/quoted-words.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { baseName, joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, foldersIn, scriptEntry, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { hookScripts, isThere, leftOver, pathsOf, unmerged } from './hook-folder.ts';

const id = 'linux.pam';
const own = printableText('/etc/pam.d');
const vendor = pathsOf('/usr/lib/pam.d /usr/share/pam.d /usr/etc/pam.d');
const old = printableText('/etc/pam.conf');
const initScript = printableText('/etc/security/namespace.init');
const libraries = pathsOf('/usr/lib /lib');
const moduleFolders = pathsOf(
  '/usr/lib64/security /lib64/security /usr/lib/security /lib/security /usr/local/lib/security',
);
/** Run by pam_script, by the name of what happens. */
const scriptFolders = pathsOf('/etc/pam-script.d /usr/share/libpam-script');
const mostOutside = 64;

/** Nobody has to prove anything to a greeter, or for a login that the owner made automatic. */
const openByDesign = /autologin|greeter|launch-environment|-np$/;
const execOption = /^(?:debug|expose_authtok|seteuid|quiet|quiet_log|stdout|(?:log|type)=.*)$/;
const scripted = /^pam_(?:python|lua|perl)/;

interface Stack {
  readonly path: PathText;
  readonly lines: readonly PamLine[];
  /** Another file is read in its stead, or none at all. */
  readonly active: boolean;
}

class Stacks {
  /** By the name of the service or the absolute path that an include gives. */
  readonly stacks = new Map<string, Stack>();
  readonly #context: ArtifactContext;
  readonly #modules: ReadonlyMap<string, PathText>;
  #outside = 0;

  constructor(context: ArtifactContext, modules: ReadonlyMap<string, PathText>) {
    this.#context = context;
    this.#modules = modules;
    const listed = [own, ...vendor].flatMap((folder) => filesIn(context, id, folder));
    for (const { path, name } of listed) {
      const active = !this.stacks.has(name) && !leftOver.test(name);
      this.#add(active ? name : path, path, active);
    }
    this.#readOld(listed.length === 0);
  }

  #add(key: string, path: PathText, active: boolean): Stack {
    const stack = {
      path,
      lines: parsePam(readFileNow(this.#context, id, path, settingsLimit).bytes, 'pam.d'),
      active,
    };
    this.stacks.set(key, stack);
    return stack;
  }

  /** One file for all services, which libpam reads where there is no folder. */
  #readOld(active: boolean): void {
    if (!isThere(this.#context, old)) return;
    const lines = parsePam(readFileNow(this.#context, id, old, settingsLimit).bytes, 'pam.conf');
    for (const service of new Set(lines.map((line) => line.service ?? ''))) {
      const name = `${old} ${service}`;
      const ofService = lines.filter((line) => line.service === service);
      this.stacks.set(name, { path: old, lines: ofService, active });
    }
  }

  /** The lines of an include; files outside of the folders are read when they are named. */
  readonly named = (name: string): readonly PamLine[] | undefined => {
    const known = this.stacks.get(name);
    if (known !== undefined) return known.lines;
    if (!name.includes('/') || this.#outside >= mostOutside) return undefined;
    this.#outside += 1;
    return this.#add(name, this.pathOf(name), true).lines;
  };

  pathOf(name: string): PathText {
    const path = printableLatin1(name);
    return name.startsWith('/') ? path : joinPath(own, path);
  }

  /** Lines that let anybody in, by their evidence: the file and the line. */
  opening(): ReadonlySet<PamLine> {
    const found = new Set<PamLine>();
    for (const [name, { lines, active }] of [...this.stacks]) {
      if (!active || openByDesign.test(name)) continue;
      const line = openingLine(lines, 'auth', this.named);
      if (line !== undefined) found.add(line);
    }
    return found;
  }

  moduleOf(name: string): PathText | undefined {
    if (name.startsWith('/')) return printableLatin1(name);
    return this.#modules.get(baseName(printableLatin1(name)));
  }
}

/** A condition on who logs in that is enough by itself, other than those that distributions write. */
function isSufficientCondition({ name, type, control, args }: PamLine): boolean {
  if (pamModuleName(name) !== 'pam_succeed_if' || type !== 'auth') return false;
  if (args.includes('use_uid') || args.includes('nopasswdlogin')) return false;
  return parsePamControl(control)?.success === 'done';
}

function lineEntries(
  context: ArtifactContext,
  stacks: Stacks,
  { path, active }: Stack,
  line: PamLine,
  opens: boolean,
): readonly PersistenceFact[] {
  const { name, args, text } = line;
  const source = { source: path, line: line.line };
  const given = { source, mechanism: 'pam-stack' as const, user: phrase`root`, text };
  const trigger = printableLatin1(line.type === 'every' ? 'login' : line.type);
  if (line.kind !== 'module') {
    if (!name.includes('/')) return [];
    const target = stacks.pathOf(name);
    const command = printableLatin1(`include ${name}`);
    return [
      entry({ ...given, trigger, command, language: 'setting', target, marks: ['unusual-place'], active }),
    ];
  }
  const marks: readonly PersistenceMark[] = opens || isSufficientCondition(line) ? ['opens-access'] : [];
  const module = stacks.moduleOf(name);
  const there = module !== undefined && (!name.startsWith('/') || isThere(context, module));
  const found = [
    entry({
      ...given,
      // A path of its own brings a module in from outside the folders of modules.
      mechanism: name.startsWith('/') ? 'pam-module' : 'pam-stack',
      trigger,
      command: printableLatin1([name, ...args].join(' ').slice(0, 8192)),
      language: 'setting',
      ...(module === undefined ? {} : { target: module }),
      active: active && there,
      marks,
    }),
  ];
  if (pamModuleName(name) === 'pam_exec') {
    const from = args.findIndex((word) => !execOption.test(word));
    const words = from < 0 ? [] : args.slice(from);
    const [program = ''] = words;
    if (program !== '')
      found[0] = entry({
        ...given,
        trigger,
        command: printableLatin1(quotedWords(words).slice(0, 16_384)),
        language: 'argv',
        ...(program.startsWith('/') ? { target: printableLatin1(program) } : {}),
        active,
        marks: args.includes('expose_authtok') ? [...marks, 'weakens-guard'] : marks,
      });
  }
  const script = scripted.test(pamModuleName(name)) ? args.find((word) => word.startsWith('/')) : undefined;
  if (script !== undefined) {
    const whole = scriptEntry(context, id, printableLatin1(script), {
      mechanism: 'pam-stack',
      trigger,
      active,
    });
    if (whole !== undefined) found.push({ ...whole, source, text });
  }
  return found;
}

/** Folders in which libpam finds modules, those of each architecture among them. */
function listModules(context: ArtifactContext): ReadonlyMap<string, PathText> {
  const triplets = unmerged(context, libraries).flatMap((folder) =>
    foldersIn(context, id, folder, (name) => /^[\w]+-linux-[\w]+$/.test(name)).map(({ path }) =>
      joinPath(path, printableText('security')),
    ),
  );
  const modules = new Map<string, PathText>();
  for (const folder of [...triplets, ...unmerged(context, moduleFolders)]) {
    if (!isThere(context, folder)) continue;
    // /usr/lib64 may be a link to /usr/lib, and a name is looked for once.
    for (const { path, name } of filesIn(context, id, folder, (file) => /\.so(?:\.|$)/.test(file)))
      if (!modules.has(name)) modules.set(name, path);
  }
  return modules;
}

export const pam: PersistenceArtifact = {
  id,
  sources: [
    ...[own, ...vendor].map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
    ...scriptFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
    ...[old, initScript].map((path) => ({ kind: 'file' as const, path, live: false })),
    ...[...moduleFolders, '/usr/lib/*/security', '/lib/*/security'].map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*.so`,
      live: false,
    })),
  ],
  mechanisms: ['pam-stack', 'pam-module'],
  order: 12,
  required: true,
  gather(context) {
    const modules = listModules(context);
    const stacks = new Stacks(context, modules);
    const opening = stacks.opening();
    const lines = [...stacks.stacks.values()].flatMap((stack) =>
      stack.lines.map((line) => ({ stack, line })),
    );
    const used = new Set(
      lines.flatMap(({ stack, line }) => (stack.active && line.kind === 'module' ? [line.name] : [])),
    );
    const usedNames = new Set([...used].map((name) => pamModuleName(name)));
    const facts = lines.flatMap(({ stack, line }) =>
      lineEntries(context, stacks, stack, line, opening.has(line)),
    );
    for (const [name, path] of modules) {
      facts.push(
        entry({
          source: { source: path },
          mechanism: 'pam-module',
          user: phrase`root`,
          trigger: phrase`login`,
          language: 'setting',
          target: path,
          active: usedNames.has(pamModuleName(name)),
          text: path,
        }),
      );
    }
    if (isThere(context, initScript)) {
      const active = usedNames.has('pam_namespace');
      const script = scriptEntry(context, id, initScript, {
        mechanism: 'pam-stack',
        trigger: phrase`login`,
        active,
      });
      if (script !== undefined) facts.push(script);
    }
    for (const folder of scriptFolders) {
      const given = { mechanism: 'pam-stack', user: phrase`root`, trigger: phrase`login` } as const;
      const active = usedNames.has('pam_script');
      facts.push(
        ...hookScripts(context, id, { folder, given }).map((fact) => ({
          ...fact,
          active: active && fact.active,
        })),
      );
    }
    return Promise.resolve(facts);
  },
};
