/**
 * Entries of one manager's units: what services run, and what timers, paths and sockets start.
 *
 * What it is NOT: a reader of files. A unit runs as things stand when it is wanted by another, has nothing that it
 * could be enabled by (static), was generated or made at run time, or is started by a timer, path or socket that
 * runs; one that could be enabled and is not is told as not active. Sources: systemd.service(5), systemd.exec(5),
 * systemd.timer(5), systemd.path(5), systemd.socket(5), systemd.unit(5) [Install].
 */
import { parseExec, unitWords } from '../../../formats/systemd-exec.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { type PathText, type Printable, phrase } from '../../../model/text.ts';
import { entry } from '../entry.ts';
import type { EffectiveAssignment, EffectiveUnit } from './effective-unit.ts';
import { isTransient } from './unit-places.ts';
import { environmentFile, environmentOf, type VariablesOfFiles } from './unit-variables.ts';

export interface ManagerUnits {
  readonly manager: 'system' | 'user';
  readonly user: Printable;
  readonly units: readonly EffectiveUnit[];
  /** Who wants a unit, by its name. */
  readonly wantedBy: ReadonlyMap<string, readonly string[]>;
  readonly variablesOfFiles: VariablesOfFiles;
}

const starters = { timer: 'systemd-timer', path: 'systemd-path', socket: 'systemd-socket' } as const;
type StarterType = keyof typeof starters;

const typeOf = (unit: string): string => unit.slice(unit.lastIndexOf('.') + 1);
const isStarter = (type: string): type is StarterType => Object.hasOwn(starters, type);

const valuesOf = (unit: EffectiveUnit, section: string, key: RegExp): readonly EffectiveAssignment[] =>
  unit.assignments.filter((one) => one.section === section && key.test(one.key));

const lastOf = (unit: EffectiveUnit, section: string, key: string): string | undefined =>
  unit.assignments.findLast((one) => one.section === section && one.key === key)?.value;

/** What a timer, path or socket starts: the service of its own name where it names none. */
function startedBy(unit: EffectiveUnit): string {
  const type = typeOf(unit.name);
  const section = type[0]?.toUpperCase() + type.slice(1);
  const named = lastOf(unit, section, 'Unit') ?? lastOf(unit, section, 'Service');
  if (named !== undefined) return named;
  const bare = unit.name.slice(0, -type.length - 1);
  const each = /^(?:yes|true|on|1)$/i.test(lastOf(unit, section, 'Accept') ?? '');
  return `${bare}${type === 'socket' && each ? '@' : ''}.service`;
}

const canBeEnabled = (unit: EffectiveUnit): boolean =>
  unit.assignments.some(
    (one) => one.section === 'Install' && /^(?:WantedBy|RequiredBy|UpheldBy|Alias|Also)$/.test(one.key),
  );

const loaderVariable =
  /^(?:LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|BASH_ENV|PYTHONSTARTUP|PERL5OPT|NODE_OPTIONS)=/;

/** Errors go where the output goes, unless a unit says otherwise. */
function isSilenced(unit: EffectiveUnit): boolean {
  const errors = lastOf(unit, 'Service', 'StandardError') ?? 'inherit';
  return lastOf(unit, 'Service', 'StandardOutput') === 'null' && /^(?:null|inherit)$/.test(errors);
}

class ManagerEntries {
  readonly #all: ManagerUnits;
  readonly #byName: ReadonlyMap<string, EffectiveUnit>;
  readonly #started = new Map<string, string>();

  constructor(all: ManagerUnits) {
    this.#all = all;
    this.#byName = new Map(all.units.map((unit) => [unit.name, unit]));
    for (const unit of all.units) {
      if (isStarter(typeOf(unit.name)) && this.#runs(unit)) this.#started.set(startedBy(unit), unit.name);
    }
  }

  *entries(): Generator<PersistenceFact> {
    for (const unit of this.#all.units) {
      const type = typeOf(unit.name);
      yield* this.#commands(unit, type);
      if (isStarter(type)) yield* this.#starter(unit, type);
      yield* this.#loads(unit);
    }
  }

  #runs(unit: EffectiveUnit): boolean {
    if (unit.masked) return false;
    if (this.#all.wantedBy.has(unit.name) || this.#started.has(unit.name)) return true;
    return unit.fragment !== undefined && !canBeEnabled(unit);
  }

  #mechanism(one: { readonly path: PathText; readonly fromDropIn: boolean }): Mechanism {
    if (this.#all.manager === 'user') return 'systemd-user-unit';
    if (isTransient(one.path)) return 'systemd-transient';
    return one.fromDropIn ? 'systemd-drop-in' : 'systemd-service';
  }

  #trigger(unit: EffectiveUnit): Printable {
    const by = this.#started.get(unit.name) ?? this.#all.wantedBy.get(unit.name)?.join(' ');
    if (by !== undefined) return printableLatin1(by);
    return unit.masked ? phrase`masked` : canBeEnabled(unit) ? phrase`disabled` : phrase`static`;
  }

  #userOf(unit: EffectiveUnit): Printable {
    const named = lastOf(unit, 'Service', 'User');
    if (named !== undefined) return printableLatin1(named);
    return this.#all.manager === 'system' ? phrase`root` : this.#all.user;
  }

  #marks(unit: EffectiveUnit, runs: boolean): readonly PersistenceMark[] {
    const marks: PersistenceMark[] = [];
    if (/^(?:always|on-)/.test(lastOf(unit, 'Service', 'Restart') ?? '')) marks.push('restarts');
    if (isSilenced(unit)) marks.push('silenced');
    if (!runs) marks.push('switched-off');
    return marks;
  }

  *#commands(unit: EffectiveUnit, type: string): Generator<PersistenceFact> {
    const section = type[0]?.toUpperCase() + type.slice(1);
    const runs = this.#runs(unit);
    // Once for a unit: it may have thousands of commands.
    const ofUnit = {
      user: this.#userOf(unit),
      trigger: this.#trigger(unit),
      marks: this.#marks(unit, runs),
      ...environmentOf(unit, this.#all.variablesOfFiles),
    };
    for (const one of valuesOf(unit, section, /^Exec[A-Z]\w*$/)) {
      for (const { program, command } of parseExec(one.value, { unit: unit.name })) {
        yield entry({
          source: { source: one.path, line: one.line },
          mechanism: this.#mechanism(one),
          ...ofUnit,
          command: printableLatin1(command),
          language: 'argv',
          ...(program.startsWith('/') ? { target: printableLatin1(program) } : {}),
          active: runs,
          text: one.text,
        });
      }
    }
  }

  /** A timer, path or socket: with the first command of what it starts. */
  *#starter(unit: EffectiveUnit, type: StarterType): Generator<PersistenceFact> {
    const service = startedBy(unit);
    const section = type[0]?.toUpperCase() + type.slice(1);
    const when = valuesOf(unit, section, /^(?:On\w+|Path\w+|Directory\w+|Listen\w+)$/);
    const first = when[0] ?? unit.assignments[0];
    if (first === undefined) return;
    const started = this.#byName.get(service);
    const exec = started?.assignments.find((one) => one.section === 'Service' && one.key === 'ExecStart');
    const [line] = exec === undefined ? [] : parseExec(exec.value, { unit: service });
    const runs = this.#runs(unit);
    yield entry({
      source: { source: first.path, line: first.line },
      mechanism: this.#all.manager === 'user' ? 'systemd-user-unit' : starters[type],
      user: started === undefined ? phrase`` : this.#userOf(started),
      trigger: printableLatin1(
        when
          .map(({ key, value }) => `${key}=${value}`)
          .join(' ')
          .slice(0, 512),
      ),
      command: line === undefined ? phrase`` : printableLatin1(line.command),
      language: line === undefined ? 'none' : 'argv',
      ...(started === undefined ? {} : environmentOf(started, this.#all.variablesOfFiles)),
      ...(line?.program.startsWith('/') === true ? { target: printableLatin1(line.program) } : {}),
      active: runs,
      marks: runs ? [] : ['switched-off'],
      text: phrase`${first.text} (starts ${printableLatin1(service)})`,
    });
  }

  /** Variables by which a unit makes its programs load something. */
  *#loads(unit: EffectiveUnit): Generator<PersistenceFact> {
    for (const one of valuesOf(unit, 'Service', /^Environment$/)) {
      for (const word of unitWords(one.value).filter((text) => loaderVariable.test(text))) {
        const [target] = word.slice(word.indexOf('=') + 1).split(/[:\s]/);
        yield entry({
          source: { source: one.path, line: one.line },
          mechanism: 'loader-environment',
          user: this.#userOf(unit),
          trigger: printableLatin1(unit.name),
          command: printableLatin1(word),
          language: 'setting',
          ...(target?.startsWith('/') === true ? { target: printableLatin1(target) } : {}),
          active: this.#runs(unit),
          text: one.text,
        });
      }
    }
  }
}

export function entriesOf(all: ManagerUnits): Iterable<PersistenceFact> {
  return new ManagerEntries(all).entries();
}

/** Files that a unit reads its environment from. */
export function environmentFilesOf(units: readonly EffectiveUnit[]): ReadonlyMap<PathText, string> {
  const files = new Map<PathText, string>();
  for (const unit of units) {
    for (const { value } of valuesOf(unit, 'Service', /^EnvironmentFile$/)) {
      const path = environmentFile(value);
      if (path !== undefined) files.set(path, unit.name);
    }
  }
  return files;
}
