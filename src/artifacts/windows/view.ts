/** What all artifacts of a Windows host share: its registry, its variables, its users. Made once for a scan. */
import { usualVariables, windowsPath } from '../../formats/windows-path.ts';
import type { EntryVariable } from '../../model/facts/persistence.ts';
import type { SourceLog } from '../../model/source-log.ts';
import { type Printable, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import type { ArtifactContext } from '../artifact.ts';
import { Registry, textOfValue, type UserHive } from './hives.ts';

export class WindowsView {
  readonly target: Target;
  readonly log: SourceLog;
  readonly registry: Registry;
  /** Variables of the system, by their names in lower case. */
  readonly variables: ReadonlyMap<string, string>;

  constructor(target: Target, log: SourceLog) {
    this.target = target;
    this.log = log;
    this.registry = new Registry(target, log);
    const variables = new Map(usualVariables);
    for (const value of this.registry.control('Control\\Session Manager\\Environment')?.key.values() ?? []) {
      const text = textOfValue(value);
      // The folder of Windows is where the drive says, whatever a key says of it.
      if (text !== undefined && !/^(?:windir|systemroot|comspec)$/i.test(value.name) && variables.size < 500)
        variables.set(value.name.toLowerCase(), text);
    }
    this.variables = variables;
  }

  /** Whether the programs of Windows are here: what is absent then is not there. */
  get whole(): boolean {
    return this.target.windows?.whole === true;
  }

  path(text: string, folder?: string): Printable | undefined {
    const path = windowsPath(text, this.variables, folder);
    return path === undefined ? undefined : printableText(path);
  }

  /** What a command runs with. Of a user, with the folders of his profile. */
  environment(user?: Pick<UserHive, 'profile' | 'user'>): readonly EntryVariable[] {
    const own = [...this.variables].flatMap(([name, value]) =>
      usualVariables.get(name) === value || value.length > 4_096
        ? []
        : [{ name, value: printableText(value) }],
    );
    if (user === undefined || user.profile === '') return own;
    const of = (name: string, path: string): EntryVariable => ({ name, value: path as Printable });
    return [
      ...own,
      of('userprofile', user.profile),
      of('appdata', `${user.profile}\\AppData\\Roaming`),
      of('localappdata', `${user.profile}\\AppData\\Local`),
      of('temp', `${user.profile}\\AppData\\Local\\Temp`),
      of('tmp', `${user.profile}\\AppData\\Local\\Temp`),
      of('username', user.user),
    ];
  }
}

const views = new WeakMap<SourceLog, WindowsView>();

/** The view of a scan, by the log that all of it shares. */
export function viewOf({ target, log }: Pick<ArtifactContext, 'target' | 'log'>): WindowsView {
  const known = views.get(log) ?? new WindowsView(target, log);
  views.set(log, known);
  return known;
}
