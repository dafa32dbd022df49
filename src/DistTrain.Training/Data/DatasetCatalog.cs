using DistTrain.Training.Data.Cifar;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Idx;
using DistTrain.Training.Data.Images;
using DistTrain.Training.Data.Published;
using DistTrain.Training.Data.Synthetic;

namespace DistTrain.Training.Data;

/// <summary>
/// Gives data sets by name: <c>mnist</c>, <c>fashion-mnist</c>, <c>cifar10</c>, <c>synthetic</c>, <c>synthetic:N</c>,
/// <c>idx:FOLDER</c>, <c>images:FOLDER</c>, and <c>auto</c>, which takes the first of MNIST, Fashion-MNIST and synthetic
/// digits that can be had. A set that was named is never replaced by another.
/// </summary>
/// <param name="places">Where to look. If it names a data directory, published sets come from there or not at all.</param>
/// <param name="download">What to do about a set that is in none of them.</param>
public sealed class DatasetCatalog(DatasetPlaces places, DatasetDownload download)
{
    public const string Auto = "auto";

    /// <summary>What <c>--dataset</c> takes, for messages.</summary>
    public const string Names = "auto, mnist, fashion-mnist, cifar10, synthetic, synthetic:N, idx:FOLDER or images:FOLDER";

    public static DatasetCatalog OfThisMachine(string? dataDirectory) =>
        new(DatasetPlaces.OfThisMachine(dataDirectory), DatasetDownload.OverTheNetwork());

    /// <summary>Refuses a name that no set has, before anything is looked for.</summary>
    /// <exception cref="UserErrorException">The name is unknown or its number is out of range.</exception>
    public static void CheckName(string name)
    {
        if (SyntheticDigits.IsName(name))
        {
            SyntheticDigits.CountIn(name);
        }
        else if (IdxFolder.IsName(name) || ImageFolder.IsName(name))
        {
            if (FolderIn(name).Length == 0)
            {
                throw new UserErrorException($"dataset '{name}' names no folder; write {name}FOLDER");
            }
        }
        else if (name is not (Auto or CifarFormat.Name) && PublishedDatasets.Named(name) is null)
        {
            throw new UserErrorException($"dataset '{name}' is unknown; use {Names}");
        }
    }

    /// <summary>The names of a published set's classes, which are known without reading it; empty for other sets, and where classes have only numbers.</summary>
    public static IReadOnlyList<string> ClassNamesOf(string name) =>
        name == CifarFormat.Name ? CifarFormat.ClassNames : PublishedDatasets.Named(name)?.ClassNames ?? [];

    /// <summary>The set of that name; see <see cref="ResolveAsync(DatasetRequest, IProgress{DataProgress}?, CancellationToken)"/>.</summary>
    /// <exception cref="UserErrorException">It cannot be had; the message says where it was looked for.</exception>
    public async Task<ImageDataset> LoadAsync(string name, IProgress<DataProgress>? progress, CancellationToken cancellation) =>
        (await ResolveAsync(name, progress, cancellation)).Dataset;

    /// <summary>The set of that name, or the one that <c>auto</c> comes to, with the reason.</summary>
    /// <exception cref="UserErrorException">It cannot be had; the message says where it was looked for.</exception>
    public Task<ResolvedDataset> ResolveAsync(string name, IProgress<DataProgress>? progress, CancellationToken cancellation) =>
        ResolveAsync(new DatasetRequest(name), progress, cancellation);

    /// <summary>The same in the form that is asked for.</summary>
    /// <exception cref="UserErrorException">It cannot be had, or not in that form; the message says why.</exception>
    public Task<ResolvedDataset> ResolveAsync(DatasetRequest request, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        CheckName(request.Name);

        // Reading and drawing are a second of computation: not on the caller's thread.
        return Task.Run(
            async () =>
            {
                ResolvedDataset read = await ReadAsync(request, progress, cancellation);
                return read with { Dataset = DatasetPreparation.Apply(read.Dataset, request, cancellation) };
            },
            cancellation);
    }

    /// <summary>The folder in <c>idx:FOLDER</c> and <c>images:FOLDER</c>.</summary>
    private static string FolderIn(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private Task<ResolvedDataset> ReadAsync(DatasetRequest request, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        string name = request.Name;
        return name == Auto ? ResolveAutoAsync(progress, cancellation)
            : name == CifarFormat.Name ? LoadCifarAsync(progress, cancellation)
            : IdxFolder.IsName(name) ? Task.FromResult(Found(IdxFolder.Read(name, Place(name))))
            : ImageFolder.IsName(name) ? Task.FromResult(Found(ImageFolderReader.Read(Place(name), request, progress, cancellation)))
            : PublishedDatasets.Named(name) is { } published ? LoadPublishedAsync(published, progress, cancellation)
            : Task.FromResult(Draw(name, cancellation));
    }

    /// <summary>
    /// A relative folder is in the data directory if one is named, else in the environment's if that has it, else in the
    /// current one: nodes may have the same files in several places.
    /// </summary>
    private string Place(string name)
    {
        places.RequireDataDirectory();
        string folder = FolderIn(name);
        bool inEnvironment = places.DataDirectory is null && places.EnvironmentDirectory is { } environment && Directory.Exists(Path.Combine(environment, folder));
        string parent = places.DataDirectory ?? (inEnvironment ? places.EnvironmentDirectory! : ".");
        return Path.GetFullPath(folder, Path.GetFullPath(parent));
    }

    private static ResolvedDataset Draw(string name, CancellationToken cancellation, string? why = null)
    {
        ImageDataset digits = SyntheticDigits.Draw(name, SyntheticDigits.CountIn(name), cancellation);
        return new ResolvedDataset(digits, $"{name}: {why ?? digits.Source}");
    }

    private static ResolvedDataset Found(ImageDataset dataset, string? why = null) =>
        new(dataset, $"{dataset.Name}: found in {dataset.Source}{(why is null ? "" : "; " + why)}");

    private async Task<ResolvedDataset> LoadPublishedAsync(
        PublishedDataset wanted, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        places.RequireDataDirectory();
        LocalSearch search = LocalSearch.Through(places.For(wanted.Name), wanted);
        if (search.Dataset is { } found)
        {
            return Found(found);
        }

        string lookedAt = string.Join("; ", search.LookedAt);
        if (places.DataDirectory is { } directory)
        {
            throw new UserErrorException(
                $"dataset '{wanted.Name}' is not in --data-dir {directory} ({lookedAt}); put its four IDX files there, run 'disttrain data fetch {wanted.Name} --data-dir {directory}', or leave --data-dir out");
        }

        try
        {
            return await FetchIntoCacheAsync(wanted, progress, cancellation);
        }
        catch (DownloadFailedException e)
        {
            throw new UserErrorException(
                $"dataset '{wanted.Name}' was not found ({lookedAt}) and could not be fetched ({e.Message}); name a folder that has its four IDX files with --data-dir or {DatasetPlaces.EnvironmentVariable}, or use --dataset synthetic",
                e);
        }
    }

    private async Task<ResolvedDataset> LoadCifarAsync(IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        places.RequireDataDirectory();
        if (CifarFiles.Find(places) is { } files)
        {
            return Found(files.Read());
        }

        string wanted = $"the folder {CifarFormat.Folder} or {CifarFormat.Archive}";
        if (places.DataDirectory is { } directory)
        {
            throw new UserErrorException($"dataset '{CifarFormat.Name}' is not in --data-dir {directory}; put {wanted} there, or leave --data-dir out");
        }

        if (places.CacheDirectory is not { } cache)
        {
            throw new UserErrorException($"there is no cache to fetch '{CifarFormat.Name}' into; set HOME or XDG_CACHE_HOME, or name a folder that has {wanted} with --data-dir");
        }

        try
        {
            string folder = Path.Combine(cache, CifarFormat.Name);
            await CifarFiles.FetchAsync(download, folder, progress, cancellation);
            return new ResolvedDataset(CifarFiles.Find(places)!.Read(), $"{CifarFormat.Name}: fetched into {folder}");
        }
        catch (DownloadFailedException e)
        {
            throw new UserErrorException(
                $"dataset '{CifarFormat.Name}' was not found and could not be fetched ({e.Message}); name a folder that has {wanted} with --data-dir or {DatasetPlaces.EnvironmentVariable}", e);
        }
    }

    private async Task<ResolvedDataset> ResolveAutoAsync(IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        places.RequireDataDirectory();
        PublishedDataset mnist = PublishedDatasets.Mnist;
        PublishedDataset fashion = PublishedDatasets.FashionMnist;

        // What the user pointed at comes first, whichever set it is.
        if (FindIn(mnist, ByUser) is { } own)
        {
            return Found(own);
        }

        if (FindIn(fashion, ByUser) is { } ownFashion)
        {
            return Found(ownFashion, "MNIST is not there");
        }

        if (places.DataDirectory is { } directory)
        {
            throw new UserErrorException(
                $"--data-dir {directory} has neither MNIST nor Fashion-MNIST; put the four IDX files of one of them there, leave --data-dir out, or use --dataset synthetic");
        }

        if (FindIn(mnist, place => !ByUser(place)) is { } installed)
        {
            return Found(installed);
        }

        (ResolvedDataset? fetched, string? why) = await TryFetchInTimeAsync(mnist, progress, cancellation);
        if (fetched is not null)
        {
            return fetched;
        }

        why = $"MNIST was not found and could not be fetched ({why})";
        return FindIn(fashion, place => !ByUser(place)) is { } installedFashion
            ? Found(installedFashion, why)
            : Draw(SyntheticDigits.Name, cancellation, why + ", and Fashion-MNIST is not installed");
    }

    private async Task<(ResolvedDataset? Dataset, string? Failure)> TryFetchInTimeAsync(
        PublishedDataset wanted, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        TimeSpan allowed = download.Limits.Auto;
        using CancellationTokenSource budget = new(allowed, download.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, budget.Token);
        try
        {
            return (await FetchIntoCacheAsync(wanted, progress, either.Token), null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"not within {allowed.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is DownloadFailedException or UserErrorException)
        {
            return (null, e.Message);
        }
    }

    private async Task<ResolvedDataset> FetchIntoCacheAsync(
        PublishedDataset wanted, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        if (places.CacheDirectory is not { } cache)
        {
            throw new UserErrorException($"there is no cache to fetch '{wanted.Name}' into; set HOME or XDG_CACHE_HOME, or name a folder that has the set with --data-dir");
        }

        DatasetPlace place = new(PlaceKind.Cache, Path.Combine(cache, wanted.Name));
        await download.FetchAsync(wanted, place.Folder, replaceAltered: true, progress, cancellation);
        LocalSearch search = LocalSearch.Through([place], wanted);
        ImageDataset dataset = search.Dataset ?? throw new DownloadFailedException(string.Join("; ", search.LookedAt));
        return new ResolvedDataset(dataset, $"{wanted.Name}: fetched into {place.Folder}");
    }

    private ImageDataset? FindIn(PublishedDataset wanted, Func<DatasetPlace, bool> which) =>
        LocalSearch.Through(places.For(wanted.Name).Where(which), wanted).Dataset;

    private static bool ByUser(DatasetPlace place) => place.Kind is PlaceKind.DataDirectory or PlaceKind.Environment;
}
