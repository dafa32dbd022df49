using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using DistTrain.Training.Data.Shaping;

namespace DistTrain.Training.Data.Images;

/// <summary>Reads a folder of images into a data set, on all cores.</summary>
internal static class ImageFolderReader
{
    /// <summary>Images from one report of progress to the next: few enough to be read in seconds, be they large and the machine busy.</summary>
    private const int ReportEvery = 16;

    /// <summary>So that the largest images together stay within 2 GiB while they are decoded.</summary>
    private const int MostAtOnce = 8;

    /// <param name="folder">Where it is.</param>
    /// <param name="request">Its size and colour, if they are given, become those of the images; else all images must be of one size.</param>
    /// <exception cref="UserErrorException">The first fault in the order of the files, named.</exception>
    public static ImageDataset Read(string folder, DatasetRequest request, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        ImageFolder files = ImageFolder.Of(folder);
        (ImageSize size, bool grey) = Shape(files, request, cancellation);
        LabelledImages train = Blank(files.Train, size, grey, files.Classes.Count);
        LabelledImages test = Blank(files.Test, size, grey, files.Classes.Count);
        int done = 0;
        int all = train.Count + test.Count;
        Decode(files.Train, train, size, Count, cancellation);
        Decode(files.Test, test, size, Count, cancellation);
        return ImageDataset.Measured(request.Name, train, test, files.IsDrawn ? $"{folder}, a sixth of each class drawn for testing" : folder) with { ClassNames = files.Classes };

        void Count()
        {
            int now = Interlocked.Increment(ref done);
            if (now % ReportEvery == 0)
            {
                progress?.Report(new DataProgress(request.Name, "", "", 0, null) { ImagesRead = now, ImagesInAll = all });
            }
        }
    }

    private static LabelledImages Blank(IReadOnlyList<ImageFile> files, ImageSize size, bool grey, int classes) =>
        ImageShaping.Blank([.. files.Select(file => file.Label)], grey ? 1 : 3, size, classes);

    private static (ImageSize Size, bool Grey) Shape(ImageFolder files, DatasetRequest request, CancellationToken cancellation)
    {
        if (request is { Size: { } wanted, Grayscale: { } asked })
        {
            return (wanted, asked);
        }

        ImageFile[] all = [.. files.Train, .. files.Test];
        var headers = new (ImageSize Size, bool Grey)[all.Length];
        ForEach(all, i => headers[i] = ImageDecoder.ReadHeader(all[i].Path), cancellation);
        int odd = request.Size is null ? Array.FindIndex(headers, header => header.Size != headers[0].Size) : -1;
        return odd < 0
            ? (request.Size ?? headers[0].Size, request.Grayscale ?? headers.All(header => header.Grey))
            : throw new UserErrorException($"{all[odd].Path}: an image of {headers[odd].Size} where {all[0].Path} is {headers[0].Size}; give an --image-size that all are brought to");
    }

    private static void Decode(IReadOnlyList<ImageFile> files, LabelledImages into, ImageSize size, Action count, CancellationToken cancellation)
    {
        // Images of a set are mostly of one size, and the weights of its axes are worth keeping.
        var resamplings = new ConcurrentDictionary<ImageSize, Resampling>();
        ForEach(
            files,
            i =>
            {
                DecodedImage image = ImageDecoder.Decode(files[i].Path);
                Resampling resampling = resamplings.GetOrAdd(image.Size, from => new Resampling(from, size));
                ImageShaping.Shape(image.Pixels, 3, resampling, into.Pixels.AsSpan(i * into.PixelsPerImage, into.PixelsPerImage), into.Channels);
                count();
            },
            cancellation);
    }

    /// <summary>In parallel; of several faults the one of the first file is thrown, so that everybody sees the same.</summary>
    private static void ForEach(IReadOnlyList<ImageFile> files, Action<int> action, CancellationToken cancellation)
    {
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Math.Min(MostAtOnce, Environment.ProcessorCount) };
        var faults = new ConcurrentDictionary<int, UserErrorException>();
        Parallel.For(0, files.Count, options, (i, loop) =>
        {
            try
            {
                action(i);
            }
            catch (UserErrorException fault)
            {
                faults[i] = fault;
                loop.Break();
            }
        });
        if (!faults.IsEmpty)
        {
            ExceptionDispatchInfo.Throw(faults.MinBy(fault => fault.Key).Value);
        }
    }
}
