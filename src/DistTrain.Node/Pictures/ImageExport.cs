using System.Globalization;
using DistTrain.Training;
using DistTrain.Training.Data;

namespace DistTrain.Node.Pictures;

/// <summary>Writes a data set as a folder of PNG files, so that <c>images:</c> reads the same set back.</summary>
internal static class ImageExport
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <exception cref="UserErrorException">Something is in the way.</exception>
    public static void RequireRoom(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new UserErrorException($"{folder}: it is there and not an empty folder; choose another --output");
        }
    }

    /// <param name="count">Of training images, and with them a sixth as many test images; null for all.</param>
    /// <param name="progress">A line every two seconds.</param>
    /// <exception cref="UserErrorException">The folder cannot be written.</exception>
    public static ExportedDataset Write(
        ImageDataset data, string folder, int? count, IProgress<string> progress, TimeProvider time, CancellationToken cancellation)
    {
        int[] train = Chosen(data.Train, count);
        int[] test = Chosen(data.Test, count is { } n ? Math.Max(data.Test.Classes, n / 6) : null);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string temporary = $"{full}.{Guid.NewGuid():n}.part";
        string[] classes = ClassFolders.Of(data);
        int done = 0;
        long told = time.GetTimestamp();
        try
        {
            WriteSet(data.Train, train, Path.Combine(temporary, "train"));
            WriteSet(data.Test, test, Path.Combine(temporary, "test"));
            if (Directory.Exists(full))
            {
                Directory.Delete(full); // Only if it is empty still.
            }

            Directory.Move(temporary, full);
            return new ExportedDataset(data.Name, folder, train.Length, test.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{folder}: cannot be written: {e.Message.ReplaceLineEndings(" ")}; choose another --output", e);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }

        void WriteSet(LabelledImages images, int[] chosen, string into)
        {
            foreach (int label in chosen.Select(image => (int)images.Labels[image]).Distinct())
            {
                Directory.CreateDirectory(Path.Combine(into, classes[label]));
            }

            int digits = (images.Count - 1).ToString(CultureInfo.InvariantCulture).Length;
            try
            {
                Parallel.ForEach(chosen, new ParallelOptions { CancellationToken = cancellation }, image =>
                {
                    string name = image.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0') + ".png";
                    byte[] png = TileBitmap.EncodePng(new Tile(images.Image(image), images.Channels, images.Height, images.Width));
                    File.WriteAllBytes(Path.Combine(into, classes[images.Labels[image]], name), png);
                    Tell(Interlocked.Increment(ref done));
                });
            }
            catch (AggregateException e) when (e.InnerExceptions.FirstOrDefault(inner => inner is IOException or UnauthorizedAccessException) is { } fault)
            {
                throw new IOException(fault.Message, fault);
            }
        }

        void Tell(int written)
        {
            long before = Interlocked.Read(ref told);
            if (time.GetElapsedTime(before) >= Every && Interlocked.CompareExchange(ref told, time.GetTimestamp(), before) == before)
            {
                progress.Report(string.Create(CultureInfo.InvariantCulture, $"writing {folder}: {written:N0} of {train.Length + test.Length:N0} images"));
            }
        }
    }

    /// <summary>Which images, in their order. Of a part the classes take turns, so that none is left out while there is room.</summary>
    private static int[] Chosen(LabelledImages images, int? count)
    {
        IEnumerable<int> all = Enumerable.Range(0, images.Count);
        if (count is not { } most || most >= images.Count)
        {
            return [.. all];
        }

        var turns = new int[images.Classes];
        return [.. all.Select(image => (Turn: turns[images.Labels[image]]++, Label: images.Labels[image], Image: image)).Order().Take(most).Select(place => place.Image).Order()];
    }
}
