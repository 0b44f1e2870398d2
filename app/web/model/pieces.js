// A message head in pieces: what was passed on, taken out and put in, and what a statement points at.

/** @import { Edit } from '../types.js' */

/**
 * Cuts the head where something begins or ends. One character is one byte.
 * @param {{ head: string, edits: Edit[] }} message @param {[number, number] | null} pointed offset and length
 */
export function piecesOf({ head, edits }, pointed) {
    const cuts = new Set([0, head.length]);
    const cut = (/** @type {number} */ at) => cuts.add(Math.min(Math.max(0, at), head.length));
    if (pointed) cut(pointed[0]), cut(pointed[0] + pointed[1]);
    for (const { offset, length } of edits) cut(offset), cut(offset + length);
    const places = [...cuts].sort((a, b) => a - b), inOrder = [...edits].sort((a, b) => a.offset - b.offset), pieces = [];
    let next = 0, removed = /** @type {Edit | null} */ (null); // the next edit, and that which takes out what follows
    for (let i = 0; i < places.length; ++i) {
        const from = places[i], to = places[i + 1] ?? from, added = [];
        if (removed !== null && removed.offset + removed.length <= from) removed = null;
        for (; next < inOrder.length && inOrder[next].offset <= from; ++next) {
            const { text, because, length } = inOrder[next];
            if (length > 0) removed = inOrder[next];
            if (text) added.push({ kind: 'added', text, because, pointed: false });
        }
        const isPointed = pointed !== null && pointed[0] <= from && from < pointed[0] + pointed[1];
        const piece = { kind: removed ? 'removed' : 'kept', text: head.slice(from, to), because: removed?.because ?? '', pointed: isPointed };
        // What stands in the place of something comes behind it.
        pieces.push(...(removed ? [piece, ...added] : from === to ? added : [...added, piece]));
    }
    return pieces;
}
