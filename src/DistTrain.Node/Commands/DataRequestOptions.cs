using System.CommandLine;
using DistTrain.Node.Hosting;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;

namespace DistTrain.Node.Commands;

/// <summary>The options of verbs that read a whole data set, as <c>train</c> has them.</summary>
internal sealed class DataRequestOptions
{
    private readonly Argument<string> name = DataCommand.Name("mnist, fashion-mnist, cifar10, synthetic[:N], idx:FOLDER, images:FOLDER, or auto");
    private readonly Option<string?> directory = DataCommand.DataDirectory("folder that holds the data set, instead of the usual places");
    private readonly Option<string?> size = new("--image-size") { HelpName = "HxW", Description = "resize images to that height and width, such as 28x28" };

    private readonly Option<string?> grayscale = new("--grayscale")
    {
        HelpName = "yes|no|auto", Description = "one channel instead of three [auto: as the images are]", Arity = ArgumentArity.ZeroOrOne,
    };

    public DataRequestOptions(Command command)
    {
        command.Arguments.Add(name);
        command.Options.Add(directory);
        command.Options.Add(size);
        command.Options.Add(grayscale);
    }

    /// <summary>Reads the set; if that takes long, lines on stderr say how far it is.</summary>
    /// <exception cref="UserErrorException">A value cannot be, or the set cannot be had.</exception>
    public Task<ResolvedDataset> ReadAsync(
        ParseResult parse, Func<string?, DatasetPlaces> places, DatasetDownload download, CancellationToken cancellation)
    {
        var request = new DatasetRequest(parse.GetRequiredValue(name))
        {
            Size = parse.GetValue(size) is { } text ? DatasetRequest.ReadSize("--image-size", text) : null,
            Grayscale = parse.GetResult(grayscale) is { Implicit: false } ? DatasetRequest.ReadGrayscale("--grayscale", parse.GetValue(grayscale) ?? DatasetRequest.GrayscaleYes) : null,
        };
        var progress = new DownloadLines(new ErrorLines(parse.InvocationConfiguration.Error));
        return new DatasetCatalog(places(parse.GetValue(directory)), download).ResolveAsync(request, progress, cancellation);
    }
}
