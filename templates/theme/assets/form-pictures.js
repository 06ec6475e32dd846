/* Pictures that people choose: drawn anew, so that nothing hidden in them (place, time, camera) goes along. */

const SIDE = 2400
const THUMB = 640

/* The picture of a file, as bytes to keep and as a small drawing to show; fails if it is no picture. */
export async function redrawn(file) {
  const bitmap = await createImageBitmap(file)
  const png = file.type === "image/png"
  const whole = drawn(bitmap, SIDE, png)
  const blob = await new Promise(done => whole.toBlob(done, png ? "image/png" : "image/jpeg", 0.9))
  const bytes = new Uint8Array(await blob.arrayBuffer())
  const small = drawn(bitmap, THUMB, png)
  bitmap.close()
  return { bytes, small, ending: png ? "png" : "jpg" }
}

function drawn(picture, side, clear) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  const canvas = document.createElement("canvas")
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  const pen = canvas.getContext("2d")
  if (!clear) {
    pen.fillStyle = "#fff" // what was clear would come out black
    pen.fillRect(0, 0, canvas.width, canvas.height)
  }
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas
}
