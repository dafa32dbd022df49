using Grpc.Core;

namespace DistTrain.Node.Client;

/// <summary>What a failed call says to a person.</summary>
internal static class RpcErrors
{
    /// <summary>What was the matter, in one line: the innermost cause, such as "Connection refused".</summary>
    public static string Cause(this RpcException error)
    {
        Exception? cause = error.Status.DebugException;
        while (cause?.InnerException is { } inner)
        {
            cause = inner;
        }

        return (cause?.Message ?? error.Status.Detail).ReplaceLineEndings(" ");
    }
}
