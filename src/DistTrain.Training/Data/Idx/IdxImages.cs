namespace DistTrain.Training.Data.Idx;

/// <summary>The contents of an IDX file of images: one byte a pixel.</summary>
/// <param name="Pixels">Count x Height x Width bytes, row-major.</param>
public sealed record IdxImages(int Count, int Height, int Width, byte[] Pixels);
