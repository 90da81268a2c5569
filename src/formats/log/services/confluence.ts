/**
 * atlassian-confluence.log: `2024-01-02 03:04:05,678 WARN [http-nio-8090-exec-3] [logger] method message`, and below it
 * ` -- url: /path | userName: anonymous | …`: the request that it happened in.
 *
 * Read: that request, with its account. An exploit by OGNL stands in the path. A path has no blank in it, so that a field
 * of its own cannot be made there; but newer ones write what the client sent as referrer before it (`-- referer: … |
 * url: …`), and a line in which a field stands twice says nothing of either.
 * Source: atlassian.com/blog, A little more context with your logs (MDC: url, userName, action); public samples with
 * referer (signature-base expl_confluence CVE-2021-26084 log rule; issues of Confluence).
 */
import { printableText } from '../../../model/text.ts';
import { said } from '../messages/message.ts';
import { isoHead, serviceEvent, serviceFormat } from '../service-log.ts';

/** The value of a field that stands there once; nothing where it is missing, or may be another's text. */
function only(text: string, field: RegExp): string | undefined {
  const [, first, ...others] = text.split(field, 3);
  return others.length > 0 ? undefined : /^\S{1,2048}/.exec(first ?? '')?.[0];
}

const url = /(?:^ -- |\| )url: /;
const userName = /(?:^ -- |\| )userName: /;
const message = { what: 'message', program: printableText('confluence') } as const;

export const confluence = serviceFormat({
  id: 'confluence',
  service: 'confluence',
  verified: true,
  source:
    'atlassian.com/blog/archives/a_little_more_context_with_you (MDC line); public samples with referer before url',
  head: isoHead,
  read: () => undefined,
  goesOn:
    /^(?: -- |\s+at |\s*\.\.\. \d{1,6} more|Caused by: |[\w$]{1,200}(?:\.[\w$]{1,200}){1,20}(?:Exception|Error)\b)/,
  more: (text) => {
    if (!text.startsWith(' -- ') || !url.test(text)) return undefined;
    const asked = only(text, url);
    if (asked === undefined) return message;
    const account = only(text, userName);
    return serviceEvent('confluence', 'request', {
      account: said(account === 'anonymous' ? '' : account),
      detail: said(asked, 2048),
    });
  },
});
