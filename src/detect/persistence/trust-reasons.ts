/**
 * What signature, catalogue and version of a Windows program say of an entry that starts it.
 *
 * Why: an intruder writes "Microsoft Corporation" into what he builds, puts a signature that he copied on it, or gives
 * PowerShell another name. What it is NOT: suspicion of what is unsigned; most small tools are. What cannot be
 * established (`unknown`) is no reason. A tool of Windows keeps its signature under any name, so a good one excuses no
 * new name. Sources: T1036.001, T1036.003 of ATT&CK; names of version resources as the tools are built.
 */
import type { ProgramTrustFact } from '../../model/facts/persistence.ts';
import type { Evidence } from '../../model/finding.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { TargetUse } from '../command/read-entry.ts';
import { isProgramLand } from '../command/windows/places.ts';
import type { FilesKnown } from './files-known.ts';
import { type WeighedReason, weighed } from './reason.ts';

/** Tools that run what they are given; renamed they pass rules that go by names. */
const tools: ReadonlySet<string> = new Set(
  'powershell pwsh cmd wscript cscript mshta rundll32 regsvr32 certutil bitsadmin schtasks wmic msbuild installutil regasm regsvcs cmstp forfiles svchost'.split(
    ' ',
  ),
);

/** What miners call themselves in their own version resources, as released; small letters, whole words. */
const miners =
  /\b(?:xmrig|xmr-stak|nbminer|lolminer|t-rex miner|teamredminer|phoenixminer|gminer|nanominer|srbminer|bzminer|ethminer|cpuminer|claymore|rigel miner|onezerominer|nicehash)\b/;

const stem = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^.*[\\/]/, '')
    .replace(/\.mui$/, '')
    .replace(/\.(?:exe|dll|com|scr|cpl)$/, '');

export const isMicrosofts = (path: PathText, files: FilesKnown): boolean =>
  files.trust(path)?.state === 'microsoft';

function evidenceOf(fact: ProgramTrustFact): readonly Evidence[] {
  const told = (label: string, text: Printable | undefined): readonly Printable[] =>
    text === undefined ? [] : [phrase`${printableText(label)} ${text}`];
  const parts = [
    printableText(fact.state),
    ...told('signer', fact.signer),
    ...told('company', fact.company),
    ...told('product', fact.product),
    ...told('original name', fact.originalName),
    ...told('version', fact.version),
  ];
  return [{ ...fact.source, text: phrase`${fact.path}: ${printableText(parts.join(', '))}` }];
}

const claimsMicrosoft = ({ company }: ProgramTrustFact): boolean => /^microsoft\b/i.test(company ?? '');

export function* trustReasons({ path, how }: TargetUse, files: FilesKnown): Iterable<WeighedReason> {
  const fact = files.trust(path);
  if (fact === undefined) return;
  const evidence = evidenceOf(fact);
  const words = `${fact.originalName ?? ''} ${fact.product ?? ''} ${fact.company ?? ''}`.toLowerCase();
  const [name] = fact.state === 'microsoft' ? [] : (miners.exec(words) ?? []);
  if (name !== undefined) yield weighed({ id: 'says-miner', params: { path, name }, evidence });
  if (fact.state === 'altered')
    yield weighed({ id: 'altered-signature', params: { path, signer: fact.signer ?? '' }, evidence });
  if (fact.state === 'unsigned' && claimsMicrosoft(fact))
    yield weighed(
      { id: 'claims-microsoft', params: { path }, evidence },
      // Makers ship old libraries of Microsoft that nobody signed.
      fact.role === 'library' && isProgramLand(path) ? 'weak' : undefined,
    );
  const original = fact.originalName === undefined ? '' : stem(fact.originalName);
  if (how === 'run' && tools.has(original) && stem(path) !== original && claimsMicrosoft(fact))
    yield weighed({ id: 'renamed-program', params: { path, original: fact.originalName ?? '' }, evidence });
}
