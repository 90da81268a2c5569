/**
 * Paths of Windows as settings write them, brought into one form: `C:\Windows\System32\svchost.exe`.
 *
 * Why: the registry names one file in many ways (`\SystemRoot\system32\x.sys`, `\??\C:\x`, `%windir%\x`, `System32\drivers\x`),
 * and joins by path need one. Letters keep their case, which Windows does not tell apart: compare by `windowsKey`.
 * Sources: Microsoft, "Naming Files, Paths, and Namespaces" (namespaces, short names); "DOS Devices" (`\??\`).
 */

/** Names of variables in lower case, and what they stand for. */
export type WindowsVariables = ReadonlyMap<string, string>;

/** What stands for the system where nothing tells of other places. Source: KnownFolderID documentation, default paths. */
export const usualVariables: WindowsVariables = new Map([
  ['systemdrive', 'C:'],
  ['systemroot', 'C:\\Windows'],
  ['windir', 'C:\\Windows'],
  ['comspec', 'C:\\Windows\\System32\\cmd.exe'],
  ['programdata', 'C:\\ProgramData'],
  ['allusersprofile', 'C:\\ProgramData'],
  ['programfiles', 'C:\\Program Files'],
  ['programw6432', 'C:\\Program Files'],
  ['programfiles(x86)', 'C:\\Program Files (x86)'],
  ['commonprogramfiles', 'C:\\Program Files\\Common Files'],
  ['commonprogramw6432', 'C:\\Program Files\\Common Files'],
  ['commonprogramfiles(x86)', 'C:\\Program Files (x86)\\Common Files'],
  ['public', 'C:\\Users\\Public'],
  ['temp', 'C:\\Windows\\Temp'],
  ['tmp', 'C:\\Windows\\Temp'],
  [
    'path',
    'C:\\Windows\\system32;C:\\Windows;C:\\Windows\\System32\\Wbem;C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\',
  ],
  ['pathext', '.COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC'],
]);

/** Bounds: 32 names, each replaced once; a value that names itself ends there. */
export function expandVariables(text: string, variables: WindowsVariables): string {
  if (!text.includes('%')) return text;
  let left = 32;
  return text.replace(/%([^%\r\n]{1,64})%/g, (whole, name: string) => {
    left -= 1;
    return left < 0 ? whole : (variables.get(name.toLowerCase()) ?? whole);
  });
}

/** Without `.`, `..`, doubled and mixed separators, and the dots and blanks that Windows leaves out at a name's end. */
function tidied(path: string): string {
  const names: string[] = [];
  const [drive = '', ...rest] = path.replaceAll('/', '\\').split('\\');
  for (const given of rest) {
    // A stream of a file (`x.txt:y`) is another file; its name stays.
    const name = given === '.' || given === '..' ? given : given.replace(/[. ]+$/, '');
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return [drive.toUpperCase(), ...names].join('\\') + (names.length === 0 ? '\\' : '');
}

/**
 * A path with its drive; undefined where it has none: a name alone, or a place on another host.
 *
 * @param folder where a name without a drive lies, `C:\Windows\System32`
 */
export function windowsPath(
  text: string,
  variables: WindowsVariables = usualVariables,
  folder?: string,
): string | undefined {
  let path = expandVariables(text.trim().replace(/^"(.*)"$/, '$1'), variables).replaceAll('/', '\\');
  if (
    path.length === 0 ||
    path.length > 1024 ||
    /[\0-\x1f<>|"*?]/.test(path.replace(/^\\\\\?\\/, '').replace(/^\\\?\?\\/, ''))
  )
    return undefined;
  path = path.replace(/^\\(?:\\\?|\\\.|\?\?|DosDevices)\\(?:GLOBALROOT\\)?/i, '');
  const system = variables.get('systemroot') ?? 'C:\\Windows';
  if (/^\\?systemroot\\/i.test(path)) path = `${system}\\${path.replace(/^\\?systemroot\\/i, '')}`;
  if (/^[A-Za-z]:\\/.test(path)) return tidied(path);
  if (/^\\\\/.test(path)) return undefined;
  if (path.startsWith('\\')) return tidied(`${variables.get('systemdrive') ?? 'C:'}${path}`);
  if (/^(?:system32|syswow64|sysnative)\\/i.test(path)) return tidied(`${system}\\${path}`);
  if (/^[A-Za-z]:/.test(path) || folder === undefined) return undefined;
  return tidied(`${folder}\\${path}`);
}

/** By which two spellings of one path are compared. */
export const windowsKey = (path: string): string => path.toLowerCase();

export const isWindowsPath = (path: string): boolean => /^[A-Za-z]:\\/.test(path);

/** Last component. */
export const windowsName = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);
