/** Files of Windows that are read, and what vouches for the reading of each. */
import type { ShapeSource } from '../../model/shape-source.ts';

export const windowsFormats: readonly (ShapeSource & { readonly id: string })[] = [
  {
    id: 'windows.evtx',
    verified: true,
    source:
      '[MS-EVEN6] 2.2.12 on learn.microsoft.com; 8,255 records of 277 logs that others made (sbousseaden/EVTX-ATTACK-SAMPLES on github.com), every value compared with three other readers',
  },
  {
    id: 'windows.registry-hive',
    verified: true,
    source:
      'github.com/msuhanov/regf; every key and value of 17 real hives as hivex, libregf and reglookup read them (mkorman90/regipy and log2timeline/plaso on github.com); hives that hivexregedit wrote',
  },
  {
    id: 'windows.registry-log',
    verified: true,
    source:
      'github.com/msuhanov/regf; three real hives with logs of Windows 10 (mkorman90/regipy); OldDirtyHive and NewDirtyHive1 of msuhanov/yarp on github.com, which Windows 7 and Windows 10 themselves recovered to the same',
  },
  {
    id: 'windows.registry-deleted',
    verified: true,
    source: 'github.com/msuhanov/regf; the deleted keys of five real hives as reglookup-recover finds them',
  },
  {
    id: 'windows.sam',
    verified: true,
    source:
      '[MS-SAMR] 2.2.1.12 on learn.microsoft.com; libyal/winreg-kb winregrc/sam.yaml; two real SAM hives of Windows 7, whose lists of members agree',
  },
  {
    id: 'windows.profile-list',
    verified: false,
    origin: 'Microsoft, user profiles; no SOFTWARE hive was at hand, so only hives that hivexregedit wrote',
  },
  {
    id: 'windows.user-assist',
    verified: true,
    source:
      'libyal/winreg-kb winregrc/userassist.yaml on github.com; three real hives of users (mkorman90/regipy)',
  },
  {
    id: 'windows.activity-moderator',
    verified: true,
    source:
      'libyal/winreg-kb docs/sources/system-keys/Background-activity-moderator.md; a real hive of Windows 10 (mkorman90/regipy)',
  },
  {
    id: 'windows.shim-cache',
    verified: true,
    source:
      'libyal/winreg-kb winregrc/appcompatcache.yaml on github.com; real hives of Windows 7, 8.1 and 10 (mkorman90/regipy); Windows 2003 and 8 by the description alone',
  },
  {
    id: 'windows.task-xml',
    verified: true,
    source:
      '[MS-TSCH] 2.5 on learn.microsoft.com; the tasks in event 4698 of real logs (sbousseaden/EVTX-ATTACK-SAMPLES on github.com)',
  },
  {
    id: 'windows.task-cache',
    verified: true,
    source:
      'GDATAAdvancedAnalytics/winreg-tasks kaitai/*.ksy on github.com and the values of Windows 10 in its generated/*_test.go, compared once and not kept',
  },
  {
    id: 'windows.job',
    verified: true,
    source:
      '[MS-TSCH] 2.4 on learn.microsoft.com; libyal/dtformats test_data/wintask.job on github.com, compared once and not kept',
  },
  {
    id: 'windows.shell-link',
    verified: true,
    source:
      '[MS-SHLLINK] on learn.microsoft.com; the 34 links of Matmaus/LnkParse3 tests/samples on github.com, compared once and not kept; lnkinfo of liblnk',
  },
  {
    id: 'windows.powershell-history',
    verified: true,
    source: 'PowerShell/PSReadLine PSReadLine/History.cs (UpdateHistoryFromFile) on github.com',
  },
  {
    id: 'windows.powershell-transcript',
    verified: true,
    source:
      'PowerShell/PowerShell engine/hostifaces/MshHostUserInterface.cs (LogTranscriptHeader) on github.com; heads of Windows 10 in public scripts',
  },
  {
    id: 'windows.authenticode',
    verified: true,
    source:
      'download.microsoft.com, Windows Authenticode Portable Executable Signature Format (2008); images that Microsoft and Debian signed (packages shim-signed and shim-helpers-amd64-signed of debian.org), and osslsigncode',
  },
  {
    id: 'windows.catalog',
    verified: false,
    origin:
      'CTL_INFO of wincrypt.h; lists of our own that OpenSSL signed, since no catalogue of Windows was at hand',
  },
];
