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

/** A program straight in a folder where makers have folders of their own. */
export const isLooseProgram = (path: string): boolean =>
  /^[a-z]:\\(?:[^\\]+|programdata\\[^\\]+|users\\[^\\]+\\appdata\\(?:roaming|local|locallow)\\[^\\]+)$/.test(
    key(path),
  ) && /\.(?:exe|dll|scr|com|pif|bat|cmd|ps1|vbs|js|hta)$/.test(key(path));

/** Folders of Windows that hold data, fonts, drawings and settings: no program belongs there. */
export const isWindowsData = (path: string): boolean =>
  /^[a-z]:\\windows\\(?:fonts|help|ime|cursors|media|web|inf|debug|tracing|addins|speechstracing|networkdistribution|nerworkdistribution|schemas|logs|security|resources|system32\\(?:drivers\\etc|config|spool\\drivers\\color|tasks))\\[^\\]+\.(?:exe|scr|com|pif|bat|cmd|ps1|vbs|js)$/.test(
    key(path),
  );

/** Over a plain line, from a bare address, or saved where droppers save. */
export function ranFromWindows(path: string, url: string): 'fetch-and-run' | 'fetch-then-run' {
  const bare = /^(?:https?|ftp):\/\/(?:[^/@]*@)?(?:\d{1,3}(?:\.\d{1,3}){3}|\[)/i.test(url);
  const odd = isTemporaryPlace(path) || isLooseProgram(path) || isWindowsData(path);
  return !url.toLowerCase().startsWith('https://') || bare || odd ? 'fetch-and-run' : 'fetch-then-run';
}
