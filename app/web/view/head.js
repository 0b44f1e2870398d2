// A message head as it came, byte for byte, with the bytes that a statement points at and what the proxy changed.
import { html } from '../html.js';
import { shownLines } from '../model/text.js';
import { useLayoutEffect, useRef } from '../vendor/hooks.js';

/** @import { Message } from '../types.js' */

/**
 * Cuts the head where something begins or ends. One character is one byte.
 * @param {Message} message @param {[number, number] | null} pointed offset and length
 */
export function piecesOf({ head, edits }, pointed) {
    const cuts = new Set([0, head.length]);
    const cut = (/** @type {number} */ at) => cuts.add(Math.min(Math.max(0, at), head.length));
    if (pointed) cut(pointed[0]), cut(pointed[0] + pointed[1]);
    for (const { offset, length } of edits) cut(offset), cut(offset + length);
    const places = [...cuts].sort((a, b) => a - b), pieces = [];
    for (let i = 0; i < places.length; ++i) {
        const from = places[i], to = places[i + 1] ?? from;
        for (const edit of edits) if (edit.text && edit.offset === from) pieces.push({ kind: 'added', text: edit.text, because: edit.because, pointed: false });
        if (from === to) continue;
        const removed = edits.find(({ offset, length }) => offset <= from && from < offset + length);
        const isPointed = pointed !== null && pointed[0] <= from && from < pointed[0] + pointed[1];
        pieces.push({ kind: removed ? 'removed' : 'kept', text: head.slice(from, to), because: removed?.because ?? '', pointed: isPointed });
    }
    return pieces;
}

/** @param {{ message: Message, pointed: [number, number] | null, label: string }} given */
export function Head({ message, pointed, label }) {
    const mark = useRef(/** @type {HTMLElement | null} */ (null));
    useLayoutEffect(() => mark.current?.scrollIntoView({ block: 'center' }), [message, pointed]);
    let first = true;
    return html`
        <pre class="head" tabindex="0" role="region" aria-label=${label}>${piecesOf(message, pointed).map(({ kind, text, because, pointed: here }) => {
            const words = shownLines(text), inner = here ? html`<mark ref=${first ? mark : undefined}>${words}</mark>` : words;
            if (here) first = false;
            if (kind === 'added') return html`<ins title=${`added by why401: ${because}`}>${words}</ins>`;
            if (kind === 'removed') return html`<del title=${`not passed on by why401: ${because}`}>${inner}</del>`;
            return inner;
        })}</pre>`;
}
