/**
 * Where files lie on a Windows host, and what that says: droppers save where every user may write.
 *
 * What it is NOT: a list of bad names. Sources: knowledge on families §2.2 (folders of Windows miners);
 * Microsoft, default access of C:\ProgramData, C:\Users\Public and C:\Windows\Temp.
 */
import { windowsKey } from '../../../formats/windows-path.ts';

const key = (path: string): string => windowsKey(path);

/** Emptied by the system, or written by everybody and looked at by nobody. */
export const isTemporaryPlace = (path: string): boolean =>
  /^[a-z]:\\(?:windows\\temp|temp|tmp|perflogs|\$recycle\.bin|recycler|users\\public|documents and settings\\all users)\\|\\appdata\\local\\temp\\|\\local settings\\temp\\|\\(?:inetcache|temporary internet files)\\/.test(
    key(path),
  );

/** Programs that Windows has straight in its own folder. */
const ofWindowsFolder =
  /^[a-z]:\\windows\\(?:explorer|regedit|notepad|hh|write|winhlp32|helppane|bfsvc|splwow64|fveupdate|twunk_(?:16|32)|sysmon(?:64)?|unins\w*|isuninst|uninst|diagwrn|diagerr)\.(?:exe|dll)$/;

/** A program straight in a folder where makers have folders of their own. */
export const isLooseProgram = (path: string): boolean =>
  !ofWindowsFolder.test(key(path)) &&
  /^[a-z]:\\(?:[^\\]+|programdata\\[^\\]+|windows\\[^\\]+|users\\[^\\]+\\appdata\\(?:roaming|local|locallow)\\[^\\]+)$/.test(
    key(path),
  ) &&
  /\.(?:exe|dll|scr|com|pif|bat|cmd|ps1|vbs|js|hta)$/.test(key(path));

/** Folders of Windows that hold data, fonts, drawings and settings: no program belongs there. */
export const isWindowsData = (path: string): boolean =>
  /^[a-z]:\\windows\\(?:fonts|help|ime|cursors|media|web|inf|debug|tracing|addins|speechstracing|networkdistribution|nerworkdistribution|schemas|logs|security|resources|system32\\(?:drivers\\etc|config|spool\\drivers\\color|tasks))\\[^\\]+\.(?:exe|scr|com|pif|bat|cmd|ps1|vbs|js)$/.test(
    key(path),
  );

/** What Windows itself and its installers fill. */
export const isWindowsLand = (path: string): boolean => /^[a-z]:\\windows\\/.test(key(path));

/** Where installers put programs. */
export const isProgramLand = (path: string): boolean =>
  /^[a-z]:\\program files(?: \(x86\))?\\/.test(key(path));

/** Over a plain line, from a bare address, or saved where droppers save. */
export function ranFromWindows(path: string, url: string): 'fetch-and-run' | 'fetch-then-run' {
  const bare = /^(?:https?|ftp):\/\/(?:[^/@]*@)?(?:\d{1,3}(?:\.\d{1,3}){3}|\[)/i.test(url);
  const odd = isTemporaryPlace(path) || isLooseProgram(path) || isWindowsData(path);
  return !url.toLowerCase().startsWith('https://') || bare || odd ? 'fetch-and-run' : 'fetch-then-run';
}

/** Programs of Windows that run all the time, and that attackers name theirs after. Source: Microsoft, Windows Internals. */
const systemNames =
  'svchost csrss lsass services smss wininit winlogon explorer spoolsv taskhost taskhostw taskmgr dllhost rundll32 conhost lsaiso lsm wuauclt searchindexer sihost fontdrvhost dwm ctfmon userinit wmiprvse'.split(
    ' ',
  );
const homes =
  /^[a-z]:\\windows\\(?:system32|syswow64|winsxs\\.+|sysnative|servicing\\.+|softwaredistribution\\.+|immersivecontrolpanel|system32\\wbem|syswow64\\wbem|system32\\dllcache)$/;
const stem = (path: string): string =>
  key(path)
    .slice(path.lastIndexOf('\\') + 1)
    .replace(/\.exe$/, '');
const folder = (path: string): string => key(path).slice(0, path.lastIndexOf('\\'));

/** `C:\Windows\Fonts\svchost.exe` */
export function isSystemNameElsewhere(path: string): boolean {
  const name = stem(path);
  if (!key(path).endsWith('.exe') || !systemNames.includes(name)) return false;
  if (name === 'explorer' && /^[a-z]:\\windows$/.test(folder(path))) return false;
  return !homes.test(folder(path)) && !/^[a-z]:\\windows\.old\\/.test(key(path));
}

/** One letter more, less or other: of a text that is one change away from another. */
function isNear(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0])
  );
}

/** Too short, or words of their own when a letter changes. */
const imitated = systemNames.filter(
  (name) => name.length >= 5 && !['services', 'taskhost', 'taskhostw', 'lsaiso'].includes(name),
);

/** `svch0st.exe`, `scvhost.exe` */
export const looksLikeSystemName = (path: string): boolean =>
  key(path).endsWith('.exe') &&
  !systemNames.includes(stem(path)) &&
  imitated.some((name) => isNear(stem(path), name));
