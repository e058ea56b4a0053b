/** Longest side in pixels: what is needed to judge a seep, over the line of a mine valley. */
const LONGEST = 1600;
const SMALL_BYTES = 600_000;

/** A photo as it is sent: made smaller where it is large. What the browser cannot read goes as it is. */
export async function smallerPhoto(photo: Blob): Promise<Blob> {
  if (photo.size <= SMALL_BYTES) return photo;
  try {
    const picture = await createImageBitmap(photo);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
    return made ?? photo;
  } catch {
    return photo;
  }
}
