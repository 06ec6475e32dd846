/* A ZIP of a few small files, kept as they are: a story and its pictures in one download. No page is needed. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  return sum
})

function checksum(bytes) {
  let sum = 0xffffffff
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 0xff]
  return (sum ^ 0xffffffff) >>> 0
}

const UTF8 = 0x0800 // names are in UTF-8
const NO_DATE = 0x0021 // 1 January 1980: the same files give the same ZIP

/* `files` are pairs of a path and bytes. */
export function zip(files) {
  const parts = []
  const listed = []
  let offset = 0
  for (const [path, bytes] of files) {
    const name = new TextEncoder().encode(path)
    const about = [20, UTF8, 0, 0, NO_DATE] // version, flags, method, time, day
    const sizes = [checksum(bytes), bytes.length, bytes.length]
    const head = record(0x04034b50, about, sizes, [name.length, 0])
    listed.push(record(0x02014b50, [20, ...about], sizes, [name.length, 0, 0, 0, 0], [0, offset]), name)
    parts.push(head, name, bytes)
    offset += head.length + name.length + bytes.length
  }
  const size = listed.reduce((sum, part) => sum + part.length, 0)
  const end = record(0x06054b50, [0, 0, files.length, files.length], [size, offset], [0])
  return new Blob([...parts, ...listed, end], { type: "application/zip" })
}

/* A signature, then groups of numbers: of two bytes, of four bytes, of two bytes, of four bytes. */
function record(signature, ...groups) {
  const numbers = groups.flatMap((group, place) => group.map(number => [number, place % 2 ? 4 : 2]))
  const view = new DataView(new ArrayBuffer(4 + numbers.reduce((sum, [, width]) => sum + width, 0)))
  view.setUint32(0, signature, true)
  let at = 4
  for (const [number, width] of numbers) {
    if (width === 4) view.setUint32(at, number, true)
    else view.setUint16(at, number, true)
    at += width
  }
  return new Uint8Array(view.buffer)
}
