// How what came over the wire is written for eyes: as text, whatever it holds.

const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\u{e0000}-\u{e0fff}]/gu;

/** What has no shape of its own, or turns the direction of its neighbours, becomes a sign for it. @param {string} sign */
function visible(sign) {
    const code = sign.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨${code.toString(16).padStart(4, '0').toUpperCase()}⟩`;
}

/** @param {string | null | undefined} text @param {number} [most] characters */
export function shown(text, most = 2000) {
    if (!text) return '';
    const clean = (text.length > most ? text.slice(0, most) : text).replace(INVISIBLE, visible);
    return text.length > most ? `${clean} … (${text.length - most} more characters)` : clean;
}

/** Of a head, whose line ends are its structure and stay. @param {string} text */
export const shownLines = (text) => text.split('\r\n').map((line) => shown(line, Infinity)).join('\n');

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** "12:04:27.012" of this computer's time zone. @param {number} microseconds since 1970 */
export function clock(microseconds) {
    if (!(microseconds > 0)) return '–';
    const date = new Date(microseconds / 1000);
    if (Number.isNaN(date.getTime())) return '–';
    const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
    return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** @param {number} microseconds since 1970 */
export function utc(microseconds) {
    const date = new Date(microseconds / 1000);
    return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** @param {number} microseconds */
export function span(microseconds) {
    if (microseconds < 0) return '–';
    const ms = microseconds / 1000;
    if (ms < 9.95) return `${ms.toFixed(1)} ms`;
    if (ms < 999.5) return `${Math.round(ms)} ms`;
    if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`;
    if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
    return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** @param {number} bytes */
export function size(bytes) {
    if (bytes < 1024) return counted(bytes, 'byte');
    if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
    return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The target without the part that all rows of its origin share. @param {string} url @param {string} origin */
export const targetOf = (url, origin) => (url.startsWith(origin) && url.length > origin.length ? url.slice(origin.length) : url);

/** @param {string} leg @param {string} scheme */
export function stepOf(leg, scheme) {
    const connection = /^(ntlm|negotiate|kerberos)$/i.test(scheme);
    if (leg === 'negotiate') return `${scheme} type 1: starts a login`;
    if (leg === 'authenticate') return connection ? `${scheme} type 3: proves who` : `${scheme}: proves who`;
    if (leg === 'single') return `${scheme} credentials`;
    if (leg === 'anonymous') return 'no credentials';
    return '';
}

/** The same in as few letters as a row has room for. @param {string} leg @param {string} scheme */
export function shortStepOf(leg, scheme) {
    if (leg === 'negotiate') return `${scheme} type 1`;
    if (leg === 'authenticate') return `${scheme} type 3`;
    if (leg === 'single') return scheme;
    return '';
}

/** Host patterns as a person says them. @param {string[]} hosts */
export const hostsText = (hosts) => (hosts.length === 0 ? 'none' : hosts.includes('*') ? 'all hosts' : hosts.join(', '));

/** @param {{ intercept: string[], tunnel: string[] }} choice */
export const interceptionText = ({ intercept, tunnel }) => `${hostsText(intercept)}${intercept.length && tunnel.length ? `, never ${tunnel.join(', ')}` : ''}`;
