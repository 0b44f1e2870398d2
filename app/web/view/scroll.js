// Only what is in view is in the document: where a box stands, and which of many rows that are.
import { useLayoutEffect, useRef, useState } from '../vendor/hooks.js';

/** Follows a box that scrolls. @returns {{ box: { current: HTMLElement | null }, top: number, height: number, width: number }} */
export function useScroll() {
    const box = useRef(/** @type {HTMLElement | null} */ (null));
    const [place, setPlace] = useState({ top: 0, height: 600, width: 800 });
    useLayoutEffect(() => {
        const element = box.current;
        if (!element) return;
        const read = () => setPlace((before) => {
            const now = { top: element.scrollTop, height: element.clientHeight, width: element.clientWidth };
            return before.top === now.top && before.height === now.height && before.width === now.width ? before : now;
        });
        const observer = new ResizeObserver(read);
        observer.observe(element);
        element.addEventListener('scroll', read, { passive: true });
        read();
        return () => {
            observer.disconnect();
            element.removeEventListener('scroll', read);
        };
    }, []);
    return { box, ...place };
}

/** Moves the box so that from `top` to `bottom` can be seen below a head of that height. @param {HTMLElement} box @param {number} top @param {number} bottom @param {number} head */
export function reveal(box, top, bottom, head) {
    const margin = 40;
    if (top < box.scrollTop + margin) box.scrollTop = Math.max(0, top - margin);
    else if (bottom + head > box.scrollTop + box.clientHeight - margin) box.scrollTop = bottom + head - box.clientHeight + margin;
}

/** Keeps to the end while it is there: new rows come into view. @param {{ current: HTMLElement | null }} box @param {number} length */
export function useEnd(box, length) {
    const atEnd = useRef(false);
    const element = box.current;
    if (element) atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - 60 && element.scrollHeight > element.clientHeight;
    useLayoutEffect(() => {
        if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
    }, [length]);
}
