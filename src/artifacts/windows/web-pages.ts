/**
 * Active pages of IIS that may run what a client sends: pages that ask for what was sent and can run it are read.
 *
 * Why: many Windows servers are mined through a web shell. What it is NOT: a judgement; a page that does both is told with
 * its lines and judged by what it does with them.
 * Bounds: 60,000 names, 20,000 pages, 256 KiB of each. Source: knowledge on Windows §4.2 (web server).
 */
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { entry, tellBound } from './entry.ts';
import { bodyOfText, scriptText } from './script-lines.ts';

const artifact = 'windows.web-pages';
const roots = [
  'C:\\inetpub',
  'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy',
  'C:\\xampp\\htdocs',
  'C:\\phpStudy\\WWW',
  'C:\\phpstudy_pro\\WWW',
  'C:\\wwwroot',
  'D:\\wwwroot',
  'D:\\inetpub',
];
const page = /\.(?:aspx|ashx|asmx|asax|asp|asa|cer|php|phtml|jsp|jspx)$/i;
const mostNames = 60_000;
const mostPages = 20_000;
const mostFacts = 500;
const limit = 256 << 10;
const asks = /\brequest\b|\$_(?:get|post|request|cookie)\b|php:\/\/input/i;
const runs =
  /\beval\b|\bexecute(?:global)?\b|process(?:startinfo)?\b|\.load\s*\(|wscript\.shell|shell_exec|passthru|\bsystem\s*\(|assert\s*\(|getruntime|processbuilder|createinstance|frombase64string|\bunsafe\b/i;

export const webPages: PersistenceArtifact = {
  id: artifact,
  order: 6,
  required: false,
  mechanisms: ['windows-web-page'],
  sources: roots.map((path) => ({ kind: 'walk', path, live: false })),
  gather(context) {
    const { target, log } = context;
    const facts: PersistenceFact[] = [];
    let names = 0;
    let pages = 0;
    const folders: PathText[] = roots
      .filter((root) => target.windows?.drives.some(({ letter }) => root.startsWith(letter)))
      .map(printableText);
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      const listed = target.readNow({ kind: 'directory', path: folder, limit: 20_000 });
      if (listed.status !== 'absent')
        log.record({
          source: folder,
          artifact,
          status: listed.status,
          bytes: 0,
          ...(listed.reason === undefined ? {} : { reason: listed.reason }),
        });
      for (const { name, type } of listed.entries) {
        names += 1;
        const path = `${folder}\\${name}` as PathText;
        if (names > mostNames || pages > mostPages) {
          log.record({
            source: folder,
            artifact,
            status: 'truncated',
            reason: `${names} names, the rest is not looked into`,
            bytes: 0,
          });
          return Promise.resolve(facts);
        }
        if (type === 'directory') folders.push(path);
        if (facts.length >= mostFacts) {
          tellBound(context, artifact, { kind: 'file', path: folder, live: false }, facts.length, mostFacts);
          return Promise.resolve(facts);
        }
        if (type !== 'file' || !page.test(name)) continue;
        pages += 1;
        const answer = target.readNow({ kind: 'file', path, limit });
        const text = scriptText(answer.bytes);
        if (!asks.test(text) || !runs.test(text)) continue;
        const php = /\.(?:php|phtml)$/i.test(name);
        facts.push(
          entry({
            source: { source: path },
            mechanism: 'windows-web-page',
            trigger: phrase`event`,
            language: php ? 'php' : 'web-page',
            body: bodyOfText(text),
            text: path,
          }),
        );
      }
    }
    return Promise.resolve(facts);
  },
};
