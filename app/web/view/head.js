// A message head as it came, byte for byte, with the bytes that a statement points at and what the proxy changed.
import { html } from '../html.js';
import { piecesOf } from '../model/pieces.js';
import { shown, shownLines } from '../model/text.js';
import { useLayoutEffect, useRef } from '../vendor/hooks.js';

/** @import { Message } from '../types.js' */

/** @param {{ message: Message, pointed: [number, number] | null, label: string }} given */
export function Head({ message, pointed, label }) {
    const mark = useRef(/** @type {HTMLElement | null} */ (null));
    useLayoutEffect(() => mark.current?.scrollIntoView({ block: 'center' }), [message, pointed]);
    let first = true;
    return html`
        <pre class="head" tabindex="0" role="region" aria-label=${label}>${piecesOf(message, pointed).map(({ kind, text, because, pointed: here }) => {
            const words = shownLines(text), inner = here ? html`<mark ref=${first ? mark : undefined}>${words}</mark>` : words;
            if (here) first = false;
            if (kind === 'added') return html`<ins title=${`added by why401: ${shown(because, 300)}`}>${words}</ins>`;
            if (kind === 'removed') return html`<del title=${`not passed on by why401: ${shown(because, 300)}`}>${inner}</del>`;
            return inner;
        })}</pre>`;
}
