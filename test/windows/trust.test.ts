/** Who vouches for programs of a Windows image: version, signature and catalogues, as a scan of a folder tells it. */
import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { imageDigests } from '../../src/formats/pe/authenticode.ts';
import { type PeWishes, peImage, signedData, trustList } from '../../src/formats/pe/pe.fixture.ts';
import { readPe } from '../../src/formats/pe/pe-file.ts';
import type { ScanResult } from '../../src/model/result.ts';
import { type HostSpec, scanSpec } from './windows-host.fixture.ts';

const run = 'Microsoft\\Windows\\CurrentVersion\\Run';
const catRoot = 'Windows/System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}';
const tool = 'C:\\Program Files\\Tools\\tool.exe';
const microsoft = { CompanyName: 'Microsoft Corporation', OriginalFilename: 'tool.exe' };

/** A host whose Run key starts one program that lies where programs belong. */
const starting = (wishes: PeWishes, path = tool, more: HostSpec['files'] = {}): HostSpec => ({
  software: { [run]: { Tool: `"${path}"` } },
  files: { [path.slice(3).replaceAll('\\', '/')]: peImage(wishes), ...more },
});
async function scanOf(spec: HostSpec): Promise<{ result: ScanResult; told: string }> {
  const result = await scanSpec(spec);
  const row = result.persistence.find(({ text }) => text.includes('Run: Tool'));
  if (row === undefined) throw new Error('the Run key was not read');
  const ids = row.reasons.map(({ id }) => id).sort();
  return { result, told: `${row.judgement}${ids.length === 0 ? '' : `: ${ids.join(' ')}`}` };
}
const told = async (spec: HostSpec): Promise<string> => (await scanOf(spec)).told;
const sha256Of = (bytes: Uint8Array): Buffer => {
  const file = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  const pe = readPe(file, bytes.length);
  return (
    (pe === undefined ? undefined : imageDigests(file, pe, ['sha256']).get('sha256')) ?? Buffer.alloc(32)
  );
};
/** Programs of Windows itself are there: what is not listed is listed nowhere. */
const wholeWindows: HostSpec['files'] = {
  'Windows/System32/ntoskrnl.exe': 'MZ',
  'Windows/System32/kernel32.dll': 'MZ',
};
const catalogOf = (...digests: readonly Buffer[]): Buffer =>
  signedData('1.3.6.1.4.1.311.10.1', trustList(digests));

describe('a program that an honest owner starts', () => {
  test('of a small maker, unsigned, is left in peace, with and without catalogues', async () => {
    const version = { CompanyName: 'Example', ProductName: 'Backup', OriginalFilename: 'backup.exe' };
    expect(await told(starting({ version }))).toBe('benign');
    const listed = { [`${catRoot}/a.cat`]: catalogOf(createHash('sha256').update('x').digest()) };
    expect(await told(starting({ version }, tool, listed))).toBe('benign');
  });

  test('of Microsoft, on an image without its catalogues, is unknown and no reason', async () => {
    expect(await told(starting({ version: microsoft }))).toBe('benign');
  });

  test('with its own name in a resource of a language is not renamed', async () => {
    const version = { CompanyName: 'Microsoft Corporation', OriginalFilename: 'PowerShell.EXE.MUI' };
    const path = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
    expect(await told(starting({ version }, path))).not.toContain('renamed-program');
  });
});

describe('a program that lies about itself', () => {
  test('says it is Microsoft’s where the catalogues are, and none lists it', async () => {
    const other = { [`${catRoot}/a.cat`]: catalogOf(createHash('sha256').update('x').digest()) };
    const whole = { ...other, ...wholeWindows };
    expect(await told(starting({ version: microsoft }, tool, whole))).toBe('suspicious: claims-microsoft');
    // What a collector took of the catalogues is not all of them.
    expect(await told(starting({ version: microsoft }, tool, other))).toBe('benign');
    const library = 'C:\\Program Files\\Tools\\old.dll';
    expect(await told(starting({ version: microsoft, library: true }, library, whole))).toBe(
      'unusual: claims-microsoft',
    );
  });

  test('a catalogue that nobody signed lists it in vain', async () => {
    const image = peImage({ version: microsoft });
    const forged = { [`${catRoot}/a.cat`]: catalogOf(sha256Of(image)), ...wholeWindows };
    expect(await told(starting({ version: microsoft }, tool, forged))).toBe('suspicious: claims-microsoft');
  });

  test('carries a signature that is not its own', async () => {
    const spec = starting({ version: microsoft, certificates: Buffer.from('copied from another') });
    expect(await told(spec)).toBe('suspicious: altered-signature');
  });

  test('is PowerShell under another name', async () => {
    const version = { CompanyName: 'Microsoft Corporation', OriginalFilename: 'PowerShell.EXE' };
    const { told: text, result } = await scanOf(starting({ version }));
    expect(text).toBe('suspicious: renamed-program');
    const [row] = result.persistence.filter(({ text: line }) => line.includes('Run: Tool'));
    expect(row?.reasons[0]?.texts['zh-CN']).toContain('PowerShell.EXE');
  });

  test('calls itself a miner, whatever its file is called', async () => {
    const version = { ProductName: 'XMRig', OriginalFilename: 'xmrig.exe', CompanyName: 'www.xmrig.com' };
    const { told: text, result } = await scanOf(starting({ version }));
    expect(text).toBe('malicious: says-miner');
    expect(result.verdict).not.toBe('clean');
    // Whoever writes about miners is none.
    const reader = { ProductName: 'xmrigger notes', OriginalFilename: 'notes.exe' };
    expect(await told(starting({ version: reader }))).toBe('benign');
  });
});

describe('hostile evidence', () => {
  test('what a catalogue that cannot be read may list is not said to be unsigned', async () => {
    const image = peImage({ version: microsoft });
    const broken = Buffer.concat([Buffer.from('no catalogue'), sha256Of(image)]);
    const { told: text, result } = await scanOf(
      starting({ version: microsoft }, tool, { [`${catRoot}/a.cat`]: broken, ...wholeWindows }),
    );
    expect(text).toBe('benign');
    const group = result.sources.find(
      ({ artifact, status }) => artifact === 'windows.catalogs' && status === 'error',
    );
    expect(group).toBeDefined();
  });

  test('catalogues that cannot be listed are told, and nobody is accused for it', async () => {
    const file = { [catRoot]: 'no folder' };
    const { told: text, result } = await scanOf(
      starting({ version: microsoft }, tool, { ...file, ...wholeWindows }),
    );
    expect(text).toBe('benign');
    const told = result.sources.filter(({ artifact }) => artifact === 'windows.catalogs');
    expect(told.map(({ status }) => status)).toEqual(['error']);
  });

  test('of many catalogues and programs each finds its own', async () => {
    const images = Array.from({ length: 20 }, (_, at) =>
      peImage({ version: { ...microsoft, ProductName: `Tool ${at}` } }),
    );
    const broken = (image: Uint8Array): Buffer =>
      Buffer.concat([Buffer.alloc(40, 0xff), sha256Of(image).subarray(0, 31), sha256Of(image)]);
    const result = await scanSpec({
      software: { [run]: Object.fromEntries(images.map((_, at) => [`T${at}`, `"C:\\Tools\\t${at}.exe"`])) },
      files: {
        ...wholeWindows,
        ...Object.fromEntries(images.map((image, at) => [`Tools/t${at}.exe`, image])),
        [`${catRoot}/a.cat`]: broken(images[3] ?? new Uint8Array()),
        [`${catRoot}/b.cat`]: broken(images[7] ?? new Uint8Array()),
      },
    });
    const accused = result.persistence.filter(({ reasons }) =>
      reasons.some(({ id }) => id === 'claims-microsoft'),
    );
    // Two stand in catalogues that nobody can read, so of them nothing is known.
    expect(accused).toHaveLength(18);
    expect(accused.some(({ text: line }) => /t(?:3|7)\.exe/.test(line))).toBe(false);
  });

  test('cut images and catalogues of no sense are told, and end nothing', async () => {
    const cut = peImage({ version: microsoft }).subarray(0, 700);
    const files = {
      'Program Files/Tools/tool.exe': cut,
      [`${catRoot}/a.cat`]: Buffer.alloc(5000, 0x30),
      [`${catRoot}/b.cat`]: Buffer.from('no catalogue'),
    };
    const { result } = await scanOf({ ...starting({}), files });
    const groups = result.sources.filter(({ artifact }) => artifact.startsWith('windows.'));
    expect(groups.some(({ artifact, status }) => artifact === 'windows.catalogs' && status === 'ok')).toBe(
      true,
    );
    expect(groups.some(({ artifact }) => artifact === 'windows.program-trust')).toBe(true);
  });
});
